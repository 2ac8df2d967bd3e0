import type { BusSignal } from "@/server/systemd/bus";

/** What a signal may have changed: one machine, all of them, what the world stands on, or nothing it shows. */
export type Scope =
  | { kind: "machine"; name: string }
  /** machined has this machine no more. */
  | { kind: "machine-gone"; name: string }
  | { kind: "all" }
  /** The list, and what differs in it. */
  | { kind: "list" }
  /** systemd-machined is gone: by itself when it has nothing to do, or stopped under running machines. */
  | { kind: "machined-gone" }
  /** PID 1 has a new connection: whatever was asked of the old one is forgotten. */
  | { kind: "manager-new" }
  /** Something was mounted at, or unmounted from, the pool. */
  | { kind: "pool" }
  | { kind: "none" };

const ALL: Scope = { kind: "all" };
const NONE: Scope = { kind: "none" };
const POOL_MOUNT = "var-lib-machines.mount";
const UNIT_PATH = "/org/freedesktop/systemd1/unit/";

/** The machine a unit runs: `systemd-nspawn@NAME.service`, or `machine-NAME.scope` of one started by hand; else null. */
export function machineOfUnit(unit: string): string | null {
  const [, escaped] =
    /^(?:systemd-nspawn@(?=.*\.service$)|machine-(?=.*\.scope$))(.+)\.(?:service|scope)$/.exec(unit) ?? [];
  return escaped === undefined ? null : unescapeUnit(escaped);
}

/** Broad on purpose where in doubt: a look too many costs three calls, one too few shows a state that is not true. */
export function scopeOf(signal: Pick<BusSignal, "path" | "member" | "body">): Scope {
  const [first, , third] = signal.body;
  switch (signal.member) {
    case "MachineNew":
      return isShown(first) ? { kind: "machine", name: first } : NONE;
    case "MachineRemoved":
      return isShown(first) ? { kind: "machine-gone", name: first } : NONE;
    case "UnitNew":
    case "UnitRemoved":
      return scopeOfUnit(first);
    case "JobNew":
    case "JobRemoved":
      return scopeOfUnit(third);
    case "PropertiesChanged":
      return signal.path.startsWith(UNIT_PATH) ? scopeOfUnit(unitOfPath(signal.path)) : NONE;
    case "UnitFilesChanged":
      return ALL;
    case "NameOwnerChanged":
      return scopeOfOwner(first, third);
    case "Reloading":
      return first === false ? ALL : NONE;
    default:
      return NONE;
  }
}

/** machined's own `.host` is none of the rows. */
function isShown(name: unknown): name is string {
  return typeof name === "string" && !name.startsWith(".");
}

function scopeOfUnit(unit: unknown): Scope {
  if (unit === POOL_MOUNT) return { kind: "pool" };
  const name = typeof unit === "string" ? machineOfUnit(unit) : null;
  return name === null ? NONE : { kind: "machine", name };
}

function scopeOfOwner(name: unknown, newOwner: unknown): Scope {
  if (name === "org.freedesktop.systemd1") return newOwner === "" ? NONE : { kind: "manager-new" };
  return newOwner === "" ? { kind: "machined-gone" } : { kind: "list" };
}

/** A unit's name from its object path, whose bytes outside [A-Za-z0-9] are written `_xx` (sd_bus_path_encode(3)). */
function unitOfPath(path: string): string {
  return decodeBytes(path.slice(UNIT_PATH.length), /_([0-9a-f]{2})/g);
}

/** systemd-escape(1): `-` stands for `/` and `\xHH` for a byte; no machine's name has a `/`, so `-` stays. */
function unescapeUnit(text: string): string {
  return decodeBytes(text, /\\x([0-9a-f]{2})/g);
}

function decodeBytes(text: string, pattern: RegExp): string {
  const latin1 = text.replace(pattern, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(latin1, "latin1").toString("utf8");
}
