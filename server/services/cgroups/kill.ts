import type { CgroupKill } from "@/lib/cgroup-schemas";
import { cgroupCommands } from "@/lib/cgroups";
import { formatCommand } from "@/lib/commands";
import { AppError } from "@/lib/errors";
import { withManager } from "../inside/machine-link";
import { signalNumber } from "../machines/kill";
import { requireRunning } from "../machines/require-machine";
import { type CgroupDeps, treeRequestOf } from "./tree";

/**
 * Sends a signal to one process of a machine, to all in one of its control groups, or to a unit (KillUnit, by the machine's own
 * systemd). Errors: as requireRunning; INVALID (no signal of this host), NOT_FOUND, FORBIDDEN, CONFLICT.
 */
export async function killInMachine(deps: CgroupDeps, input: CgroupKill): Promise<{ command: string }> {
  const { name, signal } = input;
  const machine = requireRunning(deps, name);
  const number = signalNumber(signal);
  if ("unit" in input) {
    await withManager(deps, name, (manager) => manager.kill(input.unit, number));
    return { command: formatCommand(cgroupCommands.killUnit(name, input.unit, signal)) };
  }
  const place = treeRequestOf(machine);
  if (place === null) {
    throw new AppError("UNAVAILABLE", `${name} is only just starting.`, { hint: "Try again in a moment." });
  }
  const target = { name, ...place };
  const pids = "pid" in input ? [input.pid] : deps.system.signalGroup(target, input.path, number);
  if ("pid" in input) deps.system.signalProcess(target, input, number);
  return { command: formatCommand(cgroupCommands.killProcesses(pids, signal)) };
}
