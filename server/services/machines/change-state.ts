import { formatCommand, machineCommands } from "@/lib/commands";
import { AppError, toErrorBody } from "@/lib/errors";
import type { BulkResult, MachineTarget } from "@/lib/machine";
import type { Deps } from "../deps";
import { nspawnUnit } from "../world/merge-machine";
import { requireMachine, requireRunning } from "./require-machine";

export interface Done {
  /** The equivalent command line. */
  command: string;
}

type Verb = (deps: Deps, name: string) => Promise<Done>;

function requireUnit(deps: Deps, name: string): void {
  const machine = requireMachine(deps, name);
  if (machine.image === null) {
    throw new AppError("PRECONDITION", `${name} was not started from an image of this host.`, {
      hint: "Only images under /var/lib/machines have a unit that can be started or enabled.",
    });
  }
}

/** systemd1.StartUnit of systemd-nspawn@NAME.service, as machinectl start does. Returns when systemd has accepted it. */
export const startMachine: Verb = async (deps, name) => {
  requireUnit(deps, name);
  await deps.system.manager.start(nspawnUnit(name));
  return { command: formatCommand(machineCommands.start(name)) };
};

/** machine1.KillMachine SIGRTMIN+4 to the leader: an orderly shutdown. */
export const powerOffMachine: Verb = async (deps, name) => {
  requireRunning(deps, name);
  await deps.system.machined.powerOff(name);
  return { command: formatCommand(machineCommands.poweroff(name)) };
};

/** machine1.KillMachine SIGINT to the leader. */
export const rebootMachine: Verb = async (deps, name) => {
  requireRunning(deps, name);
  await deps.system.machined.reboot(name);
  return { command: formatCommand(machineCommands.reboot(name)) };
};

/** machine1.TerminateMachine: ends every process, without a shutdown inside. */
export const terminateMachine: Verb = async (deps, name) => {
  requireRunning(deps, name);
  await deps.system.machined.terminate(name);
  return { command: formatCommand(machineCommands.terminate(name)) };
};

/** systemd1.EnableUnitFiles. machines.target too: systemd before 253 enables only the link below it, which then never starts. */
export const enableMachine: Verb = async (deps, name) => {
  requireUnit(deps, name);
  await deps.system.manager.enable(["machines.target", nspawnUnit(name)]);
  await deps.world.refresh();
  return { command: formatCommand(machineCommands.enable(name)) };
};

/** systemd1.DisableUnitFiles. */
export const disableMachine: Verb = async (deps, name) => {
  requireUnit(deps, name);
  await deps.system.manager.disable([nspawnUnit(name)]);
  await deps.world.refresh();
  return { command: formatCommand(machineCommands.disable(name)) };
};

/** One name, or several: then each is tried and each result told. */
export async function applyVerb(verb: Verb, deps: Deps, target: MachineTarget): Promise<Done | BulkResult[]> {
  if ("name" in target) return verb(deps, target.name);
  return Promise.all(
    target.names.map(async (name): Promise<BulkResult> => {
      try {
        return { name, ok: true, ...(await verb(deps, name)) };
      } catch (error) {
        const known = error instanceof AppError ? error : new AppError("INTERNAL", "It failed.", { cause: error });
        return { name, ok: false, error: toErrorBody(known) };
      }
    }),
  );
}
