import { readlinkSync } from "node:fs";

import type { UnaccountedReason } from "@/lib/cgroup-accounting";
import type { Measure, MissingReason } from "@/lib/metrics";
import { countTasks, isGone, readCgroupAccounting, readText } from "./cgroup-accounting";
import { type CgroupMounts, readCgroupMounts } from "./cgroup-mounts";
import { cgroupOf, locateMachine } from "./machine-cgroup";

/** Counting the tasks of a machine takes a look into each of its control groups: not every second. */
const COUNT_TASKS_EVERY_MS = 5000;
/** And one with too many of them to count is not found to be so again and again. */
const COUNT_MANY_EVERY_MS = 60_000;
/** The machine's end of the cable that systemd-nspawn --network-veth makes. */
const NSPAWN_INTERFACE = "host0";

/** A machine that runs. */
export interface MachineSubject {
  name: string;
  leaderPid: number;
  /** The unit it was registered with. */
  unit: string;
  isVm: boolean;
}

/** What a machine has used since it started, and what it holds now; null where `missing` tells why. */
export interface MachineCounters {
  /** When it was read, of a clock that only goes on. */
  atMs: number;
  cpuUsageUsec: number | null;
  memoryBytes: number | null;
  tasks: number | null;
  ioReadBytes: number | null;
  ioWriteBytes: number | null;
  netRxBytes: number | null;
  netTxBytes: number | null;
  missing: Partial<Record<Measure, MissingReason>>;
}

interface Known {
  leaderPid: number;
  cgroup: string | null;
  tasks: TaskCount;
  countedAtMs: number;
}

type TaskCount = ReturnType<typeof countTasks>;

/** Reads machines' counters from cgroupfs and procfs, those of the whole unit as `systemctl show` tells them. */
export class MachineCounterReader {
  readonly #known = new Map<string, Known>();
  #found: CgroupMounts | undefined;

  /** Blocks for some 0.2 ms. */
  read(subject: MachineSubject): MachineCounters {
    const known = this.#knownOf(subject);
    const accounting = known.cgroup === null ? null : readCgroupAccounting(this.#mounts(), known.cgroup);
    const atMs = performance.now();
    const net = readNetwork(subject);
    const missing: MachineCounters["missing"] = {};
    if ("missing" in net) missing.net = net.missing;
    if (accounting === null || known.cgroup === null) {
      for (const measure of ["cpu", "memory", "tasks", "io"] as const) missing[measure] = "unreadable";
      return { ...NOTHING, atMs, ...bytesOf(net), missing };
    }
    const counted = accounting.tasks ?? this.#count(known, known.cgroup, atMs);
    const tasks = typeof counted === "number" ? counted : null;
    const { cpu, memory, io, tasks: tasksReason } = accounting.unaccounted;
    Object.assign(missing, omitUndefined({ cpu, memory, io, tasks: tasks === null ? tasksReason : undefined }));
    if (counted === "too-many-groups") missing.tasks = counted;
    const { cpuUsageUsec, memoryBytes, ioReadBytes, ioWriteBytes } = accounting;
    return { atMs, cpuUsageUsec, memoryBytes, tasks, ioReadBytes, ioWriteBytes, ...bytesOf(net), missing };
  }

  /** Forgets every machine but these. */
  keep(names: ReadonlySet<string>): void {
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
  }

  #knownOf({ name, leaderPid, unit }: MachineSubject): Known {
    const before = this.#known.get(name);
    if (before?.leaderPid === leaderPid && before.cgroup !== null) return before;
    const cgroup = locateMachine(cgroupOf(this.#mounts(), leaderPid), unit)?.root ?? null;
    const known: Known = { leaderPid, cgroup, tasks: null, countedAtMs: 0 };
    this.#known.set(name, known);
    return known;
  }

  #mounts(): CgroupMounts {
    this.#found ??= readCgroupMounts();
    return this.#found;
  }

  #count(known: Known, cgroup: string, nowMs: number): TaskCount {
    const everyMs = known.tasks === "too-many-groups" ? COUNT_MANY_EVERY_MS : COUNT_TASKS_EVERY_MS;
    if (known.tasks === null || nowMs - known.countedAtMs >= everyMs) {
      known.tasks = countTasks(this.#mounts(), cgroup);
      known.countedAtMs = nowMs;
    }
    return known.tasks;
  }
}

const NOTHING = { cpuUsageUsec: null, memoryBytes: null, tasks: null, ioReadBytes: null, ioWriteBytes: null };

type Unaccounted = Partial<Record<Measure, UnaccountedReason>>;

function omitUndefined(reasons: Record<string, UnaccountedReason | undefined>): Unaccounted {
  return Object.fromEntries(Object.entries(reasons).filter(([, reason]) => reason !== undefined));
}

type Network = { rxBytes: number; txBytes: number } | { missing: MissingReason };

function bytesOf(net: Network): Pick<MachineCounters, "netRxBytes" | "netTxBytes"> {
  return "missing" in net
    ? { netRxBytes: null, netTxBytes: null }
    : { netRxBytes: net.rxBytes, netTxBytes: net.txBytes };
}

/** What has come into the machine and gone out of it, in its own network namespace. */
function readNetwork({ leaderPid, isVm }: MachineSubject): Network {
  if (isVm) return { missing: "vm" };
  const namespace = networkNamespace(leaderPid);
  if (namespace === null) return { missing: "unreadable" };
  if (namespace === networkNamespace(1)) return { missing: "host-network" };
  const text = readText(`/proc/${leaderPid}/net/dev`);
  return text === null ? { missing: "unreadable" } : (parseNetDev(text) ?? { missing: "no-interface" });
}

function networkNamespace(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** proc_pid_net(5), net/dev: the interface systemd-nspawn gave, else the sum of all but the loopback. Null where there is none. */
export function parseNetDev(text: string): { rxBytes: number; txBytes: number } | null {
  const rows = [...text.matchAll(/^\s*(\S+):\s*((?:\d+\s*){16})$/gm)].map(([, name = "", numbers = ""]) => {
    const [rxBytes = 0, , , , , , , , txBytes = 0] = numbers.trim().split(/\s+/).map(Number);
    return { name, rxBytes, txBytes };
  });
  const nspawn = rows.find(({ name }) => name === NSPAWN_INTERFACE);
  if (nspawn) return { rxBytes: nspawn.rxBytes, txBytes: nspawn.txBytes };
  const others = rows.filter(({ name }) => name !== "lo");
  if (others.length === 0) return null;
  return {
    rxBytes: others.reduce((sum, row) => sum + row.rxBytes, 0),
    txBytes: others.reduce((sum, row) => sum + row.txBytes, 0),
  };
}
