import type { BusSignal } from "@/server/systemd/bus";

/** What a signal may have changed: one machine, all of them, or nothing the world shows. */
export type Scope = { kind: "machine"; name: string } | { kind: "all" } | { kind: "none" };

const ALL: Scope = { kind: "all" };
const NONE: Scope = { kind: "none" };
const UNIT_PATH = "/org/freedesktop/systemd1/unit/";

/** The machine a unit runs: `systemd-nspawn@NAME.service`, or `machine-NAME.scope` of one started by hand; else null. */
export function machineOfUnit(unit: string): string | null {
  const [, escaped] =
    /^(?:systemd-nspawn@(?=.*\.service$)|machine-(?=.*\.scope$))(.+)\.(?:service|scope)$/.exec(unit) ?? [];
  return escaped === undefined ? null : unescapeUnit(escaped);
}

/** The same of a unit's object path, whose bytes outside [A-Za-z0-9] are written `_xx` (sd_bus_path_encode(3)). */
export function machineOfUnitPath(path: string): string | null {
  if (!path.startsWith(UNIT_PATH)) return null;
  return machineOfUnit(decodeBytes(path.slice(UNIT_PATH.length), /_([0-9a-f]{2})/g));
}

/** Broad on purpose where in doubt: a look too many costs three calls, one too few shows a state that is not true. */
export function scopeOf(signal: Pick<BusSignal, "path" | "member" | "body">): Scope {
  const [first, , third] = signal.body;
  switch (signal.member) {
    case "MachineNew":
    case "MachineRemoved":
      return typeof first === "string" && !first.startsWith(".") ? { kind: "machine", name: first } : NONE;
    case "UnitNew":
    case "UnitRemoved":
      return ofUnit(first);
    case "JobNew":
    case "JobRemoved":
      return ofUnit(third);
    case "PropertiesChanged": {
      const name = machineOfUnitPath(signal.path);
      return name === null ? NONE : { kind: "machine", name };
    }
    case "UnitFilesChanged":
    case "NameOwnerChanged":
      return ALL;
    case "Reloading":
      return first === false ? ALL : NONE;
    default:
      return NONE;
  }
}

function ofUnit(unit: unknown): Scope {
  const name = typeof unit === "string" ? machineOfUnit(unit) : null;
  return name === null ? NONE : { kind: "machine", name };
}

/** systemd-escape(1): `-` stands for `/` and `\xHH` for a byte; no machine's name has a `/`, so `-` stays. */
function unescapeUnit(text: string): string {
  return decodeBytes(text, /\\x([0-9a-f]{2})/g);
}

function decodeBytes(text: string, pattern: RegExp): string {
  const latin1 = text.replace(pattern, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(latin1, "latin1").toString("utf8");
}
