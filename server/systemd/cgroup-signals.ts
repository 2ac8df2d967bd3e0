import { posix } from "node:path";

import { AppError } from "@/lib/errors";
import { childGroups, readText } from "./cgroup-accounting";
import { type CgroupMounts, directoryIn, readCgroupMounts } from "./cgroup-mounts";
import { cgroupOf, isBelow, locateMachine, type MachineCgroup } from "./machine-cgroup";
import { readIdentity, readStat } from "./process-facts";

/** Processes that are made while others are signalled are looked for so often. */
const MAX_ROUNDS = 8;

/** Units that are a machine's alone. Another, of one started with --keep-unit, may have anything of the host in it. */
const OWN_UNIT = /^(?:systemd-nspawn@.+\.service|machine-.+\.scope)$/;

export interface SignalMachine {
  name: string;
  leaderPid: number;
  /** On the host. */
  unit: string;
}

/**
 * kill(2) of one process of a machine. Whether the PID is still a process of the machine, and the one that was meant, is looked at
 * right before: Node has no pidfd. Errors: NOT_FOUND (it has ended), FORBIDDEN (it is none of the machine's), CONFLICT (another has
 * its PID now).
 */
export function signalProcess(
  machine: SignalMachine,
  { pid, startTicks }: { pid: number; startTicks?: number | undefined },
  signal: number,
): void {
  const mounts = readCgroupMounts();
  const { root } = locate(mounts, machine);
  const cgroup = cgroupOf(mounts, pid);
  const stat = readStat(pid);
  if (cgroup === null || stat === null) throw gone(pid);
  if (cgroup !== root && !isBelow(cgroup, root)) {
    throw new AppError("FORBIDDEN", `Process ${pid} is not one of ${machine.name}.`, {
      hint: "Only processes of the machine get signals from here.",
    });
  }
  const inside = (readIdentity(pid, stat.comm)?.nsPids.length ?? 0) > 1;
  if (!inside && !OWN_UNIT.test(machine.unit)) {
    throw new AppError(
      "FORBIDDEN",
      `Process ${pid} runs on the host, in the unit that ${machine.name} was started in.`,
      {
        hint: "Only processes inside the machine get signals from here.",
      },
    );
  }
  if (startTicks !== undefined && stat.startTicks !== startTicks) {
    throw new AppError("CONFLICT", `Another process has the PID ${pid} by now, and was left alone.`, {
      hint: "The one you meant has ended.",
    });
  }
  if (!kill(pid, signal)) throw gone(pid);
}

/** Sends a signal to all in a group below the machine's own root; returns their PIDs. Errors: FORBIDDEN (another's), NOT_FOUND. */
export function signalGroup(machine: SignalMachine, path: string, signal: number): number[] {
  const mounts = readCgroupMounts();
  const { payload } = locate(mounts, machine);
  if (!isBelow(path, payload) || posix.normalize(path) !== path) {
    throw new AppError("FORBIDDEN", `${path} is not a control group inside ${machine.name}.`, {
      hint: "Only groups below the machine's own root get signals from here.",
    });
  }
  const mount = mounts.unified ?? mounts.systemd;
  const directory = mount && directoryIn(mount, path);
  const seen = new Set<number>();
  const sent: number[] = [];
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const fresh = (directory === null ? [] : pidsBelow(directory)).filter((pid) => !seen.has(pid));
    if (fresh.length === 0) break;
    for (const pid of fresh) {
      // It may have moved, or ended and its PID gone to another, since the list was read.
      const now = cgroupOf(mounts, pid);
      if (now !== null && (now === path || isBelow(now, path)) && kill(pid, signal)) sent.push(pid);
      seen.add(pid);
    }
  }
  if (sent.length > 0) return sent;
  throw new AppError("NOT_FOUND", `Nothing runs in ${path}.`, { hint: "It may have ended just now." });
}

function locate(mounts: CgroupMounts, { name, leaderPid, unit }: SignalMachine): MachineCgroup {
  const found = locateMachine(cgroupOf(mounts, leaderPid), unit);
  if (found) return found;
  throw new AppError("UNAVAILABLE", `The control group of ${name} cannot be found.`, {
    hint: "It may have stopped just now.",
  });
}

function pidsBelow(directory: string): number[] {
  const own = (readText(`${directory}/cgroup.procs`) ?? "").split("\n").map(Number);
  return [
    ...own.filter((pid) => pid > 0),
    ...childGroups(directory).flatMap((name) => pidsBelow(`${directory}/${name}`)),
  ];
}

/** False where it has ended. */
function kill(pid: number, signal: number): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

function gone(pid: number): AppError {
  return new AppError("NOT_FOUND", `There is no process ${pid} any more.`, { hint: "It has ended." });
}
