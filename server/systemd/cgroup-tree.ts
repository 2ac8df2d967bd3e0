import { statSync } from "node:fs";
import { posix } from "node:path";

import type { CgroupAccounting } from "@/lib/cgroup-accounting";
import { type KernelUnits, readKernelUnits } from "./auxv";
import { childGroups, countOwnTasks, readCgroupAccounting, readText } from "./cgroup-accounting";
import { type CgroupMounts, directoryIn } from "./cgroup-mounts";
import { cgroupOf, locateMachine, type MachineCgroup, unescapeName, unitOf } from "./machine-cgroup";
import { type ProcessIdentity, type ProcessStat, readIdentity, readStat } from "./process-facts";
import { type IdRange, parseUidMap, toInside } from "./user-names";

/** A process with what it has used so far. */
export interface RawProcess {
  pid: number;
  machinePid: number | null;
  user: string;
  command: string;
  state: string;
  startTicks: number;
  cpuUsageUsec: number;
  residentBytes: number;
}

/** A control group with what it has used so far. */
export interface RawCgroup extends CgroupAccounting {
  path: string;
  name: string;
  unit: string | null;
  /** Of a service's or scope's group the kernel's id, which is another at each start; null for the rest, that cannot be delegated. */
  startId: number | null;
  controllers: string[];
  processes: RawProcess[];
  omittedProcesses: number;
  children: RawCgroup[];
  omittedChildren: number;
}

export interface RawTree {
  root: RawCgroup;
  payload: string;
  /** CLOCK_MONOTONIC, for rates. */
  monotonicUsec: number;
  /** When it was read, ISO-8601. */
  at: string;
}

export interface TreeRequest {
  leaderPid: number;
  /** The unit the machine runs in, on the host. */
  unit: string;
}

/** The names of user ids. */
export interface Users {
  host: ReadonlyMap<number, string>;
  machine: ReadonlyMap<number, string>;
}

/** A tree is told up to these; a machine can make as many as it likes. */
const MAX_PROCESSES = 5000;
const MAX_GROUPS = 2000;
const MAX_DEPTH = 64;
/** systemd.resource-control(5): slices cannot be. */
const DELEGATABLE = /\.(?:service|scope)$/;
/** Who a process is, is looked at again after so many readings: it may have another user or title by then. */
const FORGET_AFTER = 10;

interface Known {
  identity: ProcessIdentity;
  comm: string;
  startTicks: number;
  readings: number;
}

/** Reads the trees of one machine, one after the other. It blocks (20 ms for 1 000 processes), and so lives in a thread of its own. */
export class TreeReader {
  readonly #mounts: CgroupMounts;
  readonly #proc: string;
  readonly #units = readKernelUnits();
  #known = new Map<number, Known>();

  constructor(mounts: CgroupMounts, proc = "/proc") {
    this.#mounts = mounts;
    this.#proc = proc;
  }

  /** The tree of `systemd-cgls -M`: groups without processes left out. Null where the machine has gone. */
  read({ leaderPid, unit }: TreeRequest, users: Users): RawTree | null {
    const machine = locateMachine(cgroupOf(this.#mounts, leaderPid, this.#proc), unit);
    if (machine === null) return null;
    const reading = new Reading(this.#mounts, this.#proc, this.#units, machine, leaderPid, users, this.#known);
    const root = reading.group(machine.root, 0);
    this.#known = reading.known;
    if (root === null) return null;
    const monotonicUsec = Number(process.hrtime.bigint() / 1000n);
    return { root, payload: machine.payload, monotonicUsec, at: new Date().toISOString() };
  }
}

/** One walk over a machine's groups. */
class Reading {
  /** Those of this reading alone: who has ended is forgotten. */
  readonly known = new Map<number, Known>();
  readonly #leader: { depth: number; uidMap: IdRange[] };
  #processes = 0;
  #groups = 0;

  constructor(
    readonly mounts: CgroupMounts,
    readonly proc: string,
    readonly units: KernelUnits,
    readonly machine: MachineCgroup,
    leaderPid: number,
    readonly users: Users,
    readonly before: ReadonlyMap<number, Known>,
  ) {
    this.#leader = {
      depth: readIdentity(leaderPid, "", proc)?.nsPids.length ?? 1,
      uidMap: parseUidMap(readText(`${proc}/${leaderPid}/uid_map`) ?? ""),
    };
  }

  /** Null where the group is gone, or nothing runs in it. */
  group(path: string, depth: number): RawCgroup | null {
    const directory = this.#directory(path);
    if (directory === null || readText(`${directory}/cgroup.events`)?.includes("populated 0")) return null;
    const accounting = readCgroupAccounting(this.mounts, path);
    if (accounting === null) return null;
    this.#groups += 1;
    const { processes, omittedProcesses } = this.#processesIn(directory);
    const own = accounting.tasks === null ? countOwnTasks(directory) : null;
    const { children, omittedChildren } = this.#childrenOf(path, directory, depth);
    if (processes.length + omittedProcesses + children.length + omittedChildren === 0) return null;
    const unit = unitOf(path, this.machine);
    return {
      ...accounting,
      ...(own !== null && omittedChildren === 0 && countedTasks(accounting, own, children)),
      path,
      name: unescapeName(posix.basename(path)),
      unit,
      startId: path !== this.machine.root && unit !== null && DELEGATABLE.test(unit) ? groupId(directory) : null,
      controllers: this.#controllersOf(directory),
      processes,
      omittedProcesses,
      children,
      omittedChildren,
    };
  }

  /** None has more than the root. */
  #controllersOf(directory: string): string[] {
    if (this.mounts.unifiedControllers.size === 0) return [];
    return (readText(`${directory}/cgroup.controllers`) ?? "").split(/\s+/).filter(Boolean);
  }

  #directory(path: string): string | null {
    const mount = this.mounts.unified ?? this.mounts.systemd;
    return mount && directoryIn(mount, path);
  }

  #childrenOf(path: string, directory: string, depth: number): Pick<RawCgroup, "children" | "omittedChildren"> {
    const children: RawCgroup[] = [];
    let omittedChildren = 0;
    for (const name of childGroups(directory)) {
      if (this.#groups >= MAX_GROUPS || depth >= MAX_DEPTH) omittedChildren += 1;
      else {
        const child = this.group(`${path}/${name}`, depth + 1);
        if (child) children.push(child);
      }
    }
    return { children, omittedChildren };
  }

  #processesIn(directory: string): Pick<RawCgroup, "processes" | "omittedProcesses"> {
    const text = readText(`${directory}/cgroup.procs`) ?? "";
    // 0 is a process of another PID namespace than ours.
    const pids = [...new Set(text.split("\n").map(Number))].filter((pid) => pid > 0).sort((a, b) => a - b);
    const told = pids.slice(0, Math.max(0, MAX_PROCESSES - this.#processes));
    this.#processes += told.length;
    const processes = told.map((pid) => this.#process(pid)).filter((one) => one !== null);
    return { processes, omittedProcesses: pids.length - told.length };
  }

  /** Null where it has ended meanwhile, and for threads of the kernel. */
  #process(pid: number): RawProcess | null {
    const stat = readStat(pid, this.proc);
    if (stat === null || stat.kernelThread) return null;
    const identity = this.#identify(pid, stat);
    if (identity === null) return null;
    const { state, startTicks, cpuTicks, residentPages } = stat;
    const { uid, nsPids, command } = identity;
    const machinePid = this.#leader.depth > 1 ? (nsPids[this.#leader.depth - 1] ?? null) : (nsPids[0] ?? null);
    const user = this.#userName(uid, machinePid !== null);
    return {
      pid,
      machinePid,
      user,
      command,
      state,
      startTicks,
      cpuUsageUsec: (cpuTicks * 1_000_000) / this.units.ticksPerSec,
      residentBytes: residentPages * this.units.pageBytes,
    };
  }

  #identify(pid: number, { comm, startTicks }: ProcessStat): ProcessIdentity | null {
    const before = this.before.get(pid);
    const same = before?.startTicks === startTicks && before.comm === comm && before.readings < FORGET_AFTER;
    const identity = same ? before.identity : readIdentity(pid, comm, this.proc);
    // Not all are looked at again in the same reading.
    const readings = same ? before.readings + 1 : before ? 0 : pid % FORGET_AFTER;
    // One without arguments may be about to get them: execve(2) clears them first.
    if (identity && !identity.command.startsWith("[")) this.known.set(pid, { identity, comm, startTicks, readings });
    return identity;
  }

  /** What runs inside has the machine's names. A user the machine's map does not have is told by the host's number. */
  #userName(uid: number, inside: boolean): string {
    if (!inside) return this.users.host.get(uid) ?? String(uid);
    const own = toInside(this.#leader.uidMap, uid);
    return own === null ? String(uid) : (this.users.machine.get(own) ?? String(own));
  }
}

/** Where the host does not account tasks they can be counted, and then are no more missing. */
function countedTasks({ unaccounted }: CgroupAccounting, own: number, children: readonly RawCgroup[]) {
  const { tasks: _tasks, ...rest } = unaccounted;
  return { tasks: children.reduce((sum, child) => sum + (child.tasks ?? 0), own), unaccounted: rest };
}

/** Null where it is gone. */
function groupId(directory: string): number | null {
  return statSync(directory, { throwIfNoEntry: false })?.ino ?? null;
}
