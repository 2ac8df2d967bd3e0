import type { Machine, MachineState } from "@/lib/machine";
import { isMachineName } from "@/lib/names";
import type { PoolImage, RegisteredMachine } from "@/server/systemd/machined";
import type { LoadedUnit } from "@/server/systemd/manager";

/** What was read of a running machine beyond its row in ListMachines. */
export interface RunningFacts {
  unit: string;
  leaderPid: number;
  rootDirectory: string;
  state: string;
  startedAt: string | null;
  uidShift: number | null;
}

/** Everything known of one name at one moment. */
export interface MachineParts {
  name: string;
  registered: RegisteredMachine | null;
  facts: RunningFacts | null;
  image: PoolImage | null;
  /** Where the image is on disk; null where it was not asked for, because the machine runs. */
  imagePath: string | null;
  unit: LoadedUnit | null;
  enabled: boolean | null;
  result: Machine["result"];
}

/** os-release(5) fields as the row shows them; null where nothing names an OS. */
export function toOs(fields: Record<string, string>): Machine["os"] {
  const id = fields["ID"] ?? "linux";
  const name = fields["NAME"] ?? fields["PRETTY_NAME"];
  return name ? { id, name, version: fields["VERSION_ID"] ?? null } : null;
}

/** One row of what machined, PID 1 and the pool say; `stateSince` is the world's to know. Null where the name is neither registered nor an image. */
export function mergeMachine(parts: MachineParts, late: Pick<Machine, "os" | "addresses">): Machine | null {
  const { name, registered, facts, image, unit } = parts;
  if (!registered && !image) return null;
  const machineClass = registered?.class === "vm" ? "vm" : registered ? "container" : null;
  return {
    name,
    state: stateOf(parts),
    stateSince: null,
    class: machineClass,
    service: registered?.service || null,
    os: late.os,
    addresses: registered ? late.addresses : [],
    leaderPid: facts?.leaderPid || null,
    unit: facts?.unit || unit?.unit || (isMachineName(name) ? nspawnUnit(name) : null),
    rootDirectory: facts?.rootDirectory || parts.imagePath,
    image: image?.name ?? null,
    since: facts?.startedAt ?? null,
    enabled: parts.enabled,
    readOnly: image?.readOnly ?? null,
    uidShift: facts?.uidShift ?? null,
    result: parts.result,
  };
}

/** The unit that starts an image of the pool. A valid machine name needs no escaping in it. */
export function nspawnUnit(name: string): string {
  return `systemd-nspawn@${name}.service`;
}

function stateOf({ registered, facts, unit }: MachineParts): MachineState {
  const activeState = unit?.activeState ?? "inactive";
  if (activeState === "activating" || unit?.job === "start" || unit?.job === "restart") return "starting";
  if (facts?.state === "opening") return "starting";
  // An active unit whose machine is gone is on its way down; starting another now would be refused.
  if (activeState === "deactivating" || unit?.job === "stop" || (activeState === "active" && !registered))
    return "stopping";
  if (facts?.state === "closing") return "stopping";
  if (registered) return "running";
  return activeState === "failed" ? "failed" : "stopped";
}
