import { z } from "zod";

import type { JournalEntry } from "./journal";
import { machineNameSchema } from "./names";

export const UNIT_TYPES = [
  "service",
  "socket",
  "target",
  "mount",
  "automount",
  "swap",
  "timer",
  "path",
  "slice",
  "scope",
  "device",
] as const;
export type UnitType = (typeof UNIT_TYPES)[number];

/** `unit_name_is_valid()`: at most 255 of `[A-Za-z0-9:_.\-@]`, then a dot and a type. Never starts with a dot, and not with a hyphen but `-.slice` and `-.mount`. */
export const unitNameSchema = z
  .string()
  .max(255)
  .regex(
    new RegExp(`^(?:-\\.(?:slice|mount)|[A-Za-z0-9:_\\\\@][A-Za-z0-9:_.\\\\@-]*\\.(?:${UNIT_TYPES.join("|")}))$`),
    "A unit's name ends with its type, such as ssh.service.",
  );

/** A state of `systemctl --state`: of load, active or sub. */
const stateSchema = z.string().regex(/^[a-z-]{1,32}$/, "A state is a word such as failed or running.");

export const unitListSchema = z.strictObject({
  name: machineNameSchema,
  types: z.array(z.enum(UNIT_TYPES)).max(UNIT_TYPES.length).optional(),
  states: z.array(stateSchema).max(20).optional(),
});
export type UnitListInput = z.infer<typeof unitListSchema>;

export const unitRefSchema = z.strictObject({ name: machineNameSchema, unit: unitNameSchema });
export type UnitRef = z.infer<typeof unitRefSchema>;

/** A loaded unit, as `systemctl list-units --all` shows it. */
export interface Unit {
  unit: string;
  description: string;
  load: string;
  active: string;
  sub: string;
  /** Type of the job it waits for, null without one. */
  job: string | null;
}

/** What PID 1 tells of one unit. */
export interface UnitProperties {
  unit: string;
  description: string;
  load: string;
  active: string;
  sub: string;
  /** When it entered its present state, ISO-8601. */
  since: string | null;
  fragmentPath: string | null;
  dropInPaths: string[];
  /** "enabled", "static", …; null where it has no file. */
  unitFileState: string | null;
  documentation: string[];
  after: string[];
  before: string[];
  requires: string[];
  wants: string[];
  requiredBy: string[];
  wantedBy: string[];
  /** PID inside the machine. */
  mainPid: number | null;
  result: string | null;
  exitStatus: number | null;
  nRestarts: number | null;
}

export interface UnitDetails extends UnitProperties {
  /** Its newest lines, oldest first. */
  journal: JournalEntry[];
  /** Why there are none, where the journal cannot be read. */
  journalRefusal: { reason: string | null; message: string } | null;
}

/** How a machine can be asked at the moment. */
export type MachineLink =
  | { type: "link"; link: "stopped" | "connecting" | "connected" }
  | { type: "link"; link: "refused"; reason: string | null; message: string; hint: string | null };

/** What `units.watch` sends. */
export type UnitsEvent =
  | MachineLink
  | { type: "snapshot"; units: Unit[] }
  | { type: "change"; upserts: Unit[]; removed: string[] };

/** Command lines of the Units tab, as argv. */
export const unitCommands = {
  start: (machine: string, unit: string) => ["systemctl", "-M", machine, "start", unit],
  stop: (machine: string, unit: string) => ["systemctl", "-M", machine, "stop", unit],
  restart: (machine: string, unit: string) => ["systemctl", "-M", machine, "restart", unit],
  resetFailed: (machine: string, unit: string) => ["systemctl", "-M", machine, "reset-failed", unit],
} as const;
export type UnitVerb = keyof typeof unitCommands;

export function unitType(unit: string): string {
  return unit.slice(unit.lastIndexOf(".") + 1);
}

/** Failed ones first, then those with a job, then by name. */
export function compareUnits(a: Unit, b: Unit): number {
  return rank(a) - rank(b) || (a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : 0);
}

function rank(unit: Unit): number {
  if (unit.active === "failed") return 0;
  return unit.job !== null || unit.active === "activating" || unit.active === "deactivating" ? 1 : 2;
}

export interface UnitFilter {
  text: string;
  type: string | null;
  /** "active", "inactive", "failed" … */
  active: string | null;
}

export function filterUnits(units: readonly Unit[], { text, type, active }: UnitFilter): Unit[] {
  const wanted = text.trim().toLowerCase();
  return units.filter(
    (unit) =>
      (type === null || unitType(unit.unit) === type) &&
      (active === null || unit.active === active) &&
      (wanted === "" || `${unit.unit}\n${unit.description}`.toLowerCase().includes(wanted)),
  );
}

/** What changed between two looks. */
export function diffUnits(
  before: ReadonlyMap<string, Unit>,
  after: readonly Unit[],
): { upserts: Unit[]; removed: string[] } {
  const names = new Set(after.map((unit) => unit.unit));
  return {
    upserts: after.filter((unit) => !sameUnit(before.get(unit.unit), unit)),
    removed: [...before.keys()].filter((unit) => !names.has(unit)),
  };
}

function sameUnit(a: Unit | undefined, b: Unit): boolean {
  return (
    a !== undefined &&
    a.description === b.description &&
    a.load === b.load &&
    a.active === b.active &&
    a.sub === b.sub &&
    a.job === b.job
  );
}

/** What an action may cost whoever looks: the way systemd is asked, the network, logins, all that runs, or the machine itself. */
export type UnitRisk = "bus" | "network" | "login" | "everything" | "machine";

const STOP_RISKS: readonly [RegExp, UnitRisk][] = [
  [/^dbus(-broker)?\.(service|socket)$/, "bus"],
  [
    /^(systemd-networkd|systemd-resolved|NetworkManager|networking|network|connman|dhcpcd)\.(service|target)$/,
    "network",
  ],
  [/^(ssh|sshd|systemd-logind|console-getty|getty@.*|container-getty@.*)\.(service|socket)$/, "login"],
  [/^(init\.scope|-\.slice|-\.mount|system\.slice)$/, "everything"],
  [/^(sysinit|basic|multi-user|graphical|default|local-fs|sockets)\.target$/, "everything"],
];
const END_TARGETS = /^(poweroff|halt|reboot|kexec|exit|shutdown|soft-reboot|rescue|emergency|umount|final)\.target$/;

/** Why to ask before; null where nothing of the kind is known. */
export function riskOf(verb: UnitVerb, unit: string): UnitRisk | null {
  if (verb === "start" || verb === "restart") {
    if (END_TARGETS.test(unit)) return "machine";
    // Only a stop in between breaks connections; of the network and of logins it is over at once.
    return verb === "restart" && riskOf("stop", unit) === "bus" ? "bus" : null;
  }
  if (verb === "resetFailed") return null;
  return STOP_RISKS.find(([pattern]) => pattern.test(unit))?.[1] ?? null;
}

/** What of the units is shown, as the page's address has it. */
export interface UnitQuery extends UnitFilter {
  /** The unit whose details are open. */
  unit: string | null;
}

export function parseUnitQuery(params: URLSearchParams): UnitQuery {
  const unit = unitNameSchema.safeParse(params.get("unit"));
  const state = stateSchema.safeParse(params.get("state"));
  return {
    text: (params.get("q") ?? "").slice(0, 200),
    type: UNIT_TYPES.find((type) => type === params.get("type")) ?? null,
    active: state.success ? state.data : null,
    unit: unit.success ? unit.data : null,
  };
}

export function formatUnitQuery({ text, type, active, unit }: UnitQuery): URLSearchParams {
  const given = Object.entries({ q: text, type, state: active, unit });
  return new URLSearchParams(given.flatMap(([key, value]) => (value ? [[key, value]] : [])));
}
