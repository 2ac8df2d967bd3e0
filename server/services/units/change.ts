import { formatCommand } from "@/lib/commands";
import { type UnitRef, type UnitVerb, unitCommands } from "@/lib/units";
import type { MachineManager } from "@/server/systemd/machine-manager";
import { type LinkDeps, withManager } from "../inside/machine-link";

const CALLS: Record<UnitVerb, (manager: MachineManager, unit: string) => Promise<unknown>> = {
  start: (manager, unit) => manager.startReplacing(unit),
  stop: (manager, unit) => manager.stop(unit),
  restart: (manager, unit) => manager.restart(unit),
  resetFailed: (manager, unit) => manager.resetFailed(unit),
};

/** `systemctl -M NAME VERB UNIT`. Returns when the machine's systemd has accepted the job. */
export async function changeUnit(
  deps: LinkDeps,
  verb: UnitVerb,
  { name, unit }: UnitRef,
): Promise<{ command: string }> {
  await withManager(deps, name, (manager) => CALLS[verb](manager, unit));
  return { command: formatCommand(unitCommands[verb](name, unit)) };
}
