import { existsSync, opendirSync, readFileSync, statSync } from "node:fs";

import type {
  CgroupAccounting,
  Pressure,
  PressureOfAll,
  Resource,
  Stall,
  UnaccountedReason,
} from "@/lib/cgroup-accounting";
import { type CgroupMounts, directoryIn } from "./cgroup-mounts";

/** Of one machine; one with containers of its own in it has a few hundred. */
export const MOST_COUNTED_GROUPS = 500;

/**
 * The figures of one control group, in whichever hierarchy this host accounts them; null where the group is gone. `path` is as
 * systemd's ControlGroup has it ("/machine.slice/…"), and is taken as it is: never a person's text.
 * Blocks for some 0.1 ms: these files are made in memory, and asking for them through the thread pool costs several times as much.
 */
export function readCgroupAccounting(mounts: CgroupMounts, path: string): CgroupAccounting | null {
  const unaccounted: Partial<Record<Resource, UnaccountedReason>> = {};
  const unified = mounts.unified && directoryIn(mounts.unified, path);
  const home = unified ?? (mounts.systemd && directoryIn(mounts.systemd, path));
  if (home === null || !existsSync(`${home}/cgroup.procs`)) return null;

  const read = <T>(resource: Resource, controller: string, found: T | null): T | null => {
    if (found === null) unaccounted[resource] = reasonFor(mounts, controller);
    return found;
  };
  const legacy = (controller: string, file: string) => {
    const mount = mounts.legacy.get(controller);
    const directory = mount && path !== "/" ? directoryIn(mount, path) : null;
    return directory === null || !existsSync(directory) ? null : readText(`${directory}/${file}`);
  };
  // What is known to be missing is not asked for: a failed call costs more than one that works.
  const current = (controller: string, file: string) =>
    unified === null || !mounts.unifiedControllers.has(controller) ? null : readText(`${unified}/${file}`);
  const usage = unified === null ? null : readText(`${unified}/cpu.stat`);

  const cpuUsageUsec = read("cpu", "cpu", parseCpuStat(usage) ?? toUsec(legacy("cpuacct", "cpuacct.usage")));
  const memoryBytes = read(
    "memory",
    "memory",
    parseCount(current("memory", "memory.current")) ?? parseCount(legacy("memory", "memory.usage_in_bytes")),
  );
  const tasks = read(
    "tasks",
    "pids",
    parseCount(current("pids", "pids.current")) ?? parseCount(legacy("pids", "pids.current")),
  );
  const io = read(
    "io",
    mounts.legacy.has("blkio") ? "blkio" : "io",
    parseIoStat(current("io", "io.stat")) ?? parseBlkio(legacy("blkio", "blkio.throttle.io_service_bytes_recursive")),
  );
  const pressure = unified === null || !mounts.psi ? null : readPressure(unified);
  if (pressure === null)
    unaccounted.pressure = unified === null ? "legacy-hierarchy" : mounts.psi ? "not-enabled" : "psi-off";
  return {
    cpuUsageUsec,
    memoryBytes,
    tasks,
    ioReadBytes: io?.readBytes ?? null,
    ioWriteBytes: io?.writeBytes ?? null,
    pressure,
    unaccounted,
  };
}

function reasonFor(mounts: CgroupMounts, controller: string): UnaccountedReason {
  if (mounts.legacy.has(controller)) return "legacy-hierarchy";
  return mounts.unifiedControllers.has(controller) ? "not-enabled" : "no-controller";
}

/**
 * The threads of a control group and all below it, by counting them: what pids.current would say where the host does not account
 * tasks. Null where the group is gone, or where its hierarchy has no cgroup.threads. A machine can make as many groups as it likes,
 * and this blocks for some 0.02 ms for each: more than MOST_COUNTED_GROUPS are not counted.
 */
export function countTasks(mounts: CgroupMounts, path: string): number | "too-many-groups" | null {
  const directory = mounts.unified && directoryIn(mounts.unified, path);
  if (directory === null || countOwnTasks(directory) === null) return null;
  const groups = [directory];
  let tasks = 0;
  // It grows meanwhile by what is below each.
  for (const group of groups) {
    tasks += countOwnTasks(group) ?? 0;
    for (const name of childGroups(group, MOST_COUNTED_GROUPS)) groups.push(`${group}/${name}`);
    if (groups.length > MOST_COUNTED_GROUPS) return "too-many-groups";
  }
  return tasks;
}

/** The threads of this group alone; null where it is gone. Version 1 has them in `tasks`. */
export function countOwnTasks(directory: string): number | null {
  const text = readText(`${directory}/cgroup.threads`) ?? readText(`${directory}/tasks`);
  return text === null ? null : text.split("\n").length - 1;
}

/**
 * The names of the groups right below a group's directory, in the kernel's own order as systemd-cgls has them, as many as `most`;
 * none where it is gone.
 */
export function childGroups(directory: string, most = Number.POSITIVE_INFINITY): string[] {
  try {
    return readGroupNames(directory, most);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** Not readdirSync(), which sorts. */
function readGroupNames(directory: string, most: number): string[] {
  // A directory without others in it has two links, and most groups have none in them.
  if (statSync(directory).nlink === 2) return [];
  const names: string[] = [];
  const open = opendirSync(directory);
  try {
    for (let entry = open.readSync(); entry && names.length < most; entry = open.readSync())
      if (entry.isDirectory()) names.push(entry.name);
  } finally {
    open.closeSync();
  }
  return names;
}

function readPressure(directory: string): PressureOfAll | null {
  const [cpu, memory, io] = ["cpu", "memory", "io"].map((name) =>
    parsePressure(readText(`${directory}/${name}.pressure`)),
  );
  return cpu && memory && io ? { cpu, memory, io } : null;
}

/** "some avg10=0.00 avg60=0.00 avg300=0.00 total=0", and the same for "full". */
export function parsePressure(text: string | null): Pressure | null {
  const some = parseStall(text, "some");
  return some && { some, full: parseStall(text, "full") };
}

function parseStall(text: string | null, kind: string): Stall | null {
  const line = text?.split("\n").find((one) => one.startsWith(`${kind} `));
  const found = /avg10=([\d.]+) avg60=([\d.]+) avg300=([\d.]+) total=(\d+)/.exec(line ?? "");
  if (!found) return null;
  const [avg10 = 0, avg60 = 0, avg300 = 0, totalUsec = 0] = found.slice(1).map(Number);
  return { avg10, avg60, avg300, totalUsec };
}

function parseCpuStat(text: string | null): number | null {
  return parseCount(/^usage_usec (\d+)$/m.exec(text ?? "")?.[1] ?? null);
}

/** cpuacct.usage counts nanoseconds. */
function toUsec(text: string | null): number | null {
  const nsec = parseCount(text);
  return nsec === null ? null : Math.floor(nsec / 1000);
}

function parseCount(text: string | null): number | null {
  return text !== null && /^\d+\n?$/.test(text) ? Number(text) : null;
}

interface IoBytes {
  readBytes: number;
  writeBytes: number;
}

/** Sums over the devices, as systemd's IOReadBytes does: "8:0 rbytes=1 wbytes=2 rios=…". A group without traffic has an empty file. */
function parseIoStat(text: string | null): IoBytes | null {
  if (text === null) return null;
  return { readBytes: sumOf(text, /\brbytes=(\d+)/g), writeBytes: sumOf(text, /\bwbytes=(\d+)/g) };
}

/** "8:0 Read 1", "8:0 Write 2" and more for each device. */
function parseBlkio(text: string | null): IoBytes | null {
  if (text === null) return null;
  return { readBytes: sumOf(text, /^\d+:\d+ Read (\d+)$/gm), writeBytes: sumOf(text, /^\d+:\d+ Write (\d+)$/gm) };
}

function sumOf(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].reduce((sum, found) => sum + Number(found[1]), 0);
}

/** The text of a file of the kernel; null where it, or what it tells of, is not there (any more), or is switched off. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/**
 * ENODEV: the group was removed while its file was open; ESRCH: the process ended; EOPNOTSUPP: pressure is off, or the group is
 * threaded; EACCES: a security module forbids it, which nobody can change here.
 */
const GONE = new Set(["ENOENT", "ENOTDIR", "ENODEV", "ESRCH", "EOPNOTSUPP", "ENOTSUP", "EACCES", "EPERM"]);

export function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "string" && GONE.has(error.code);
}
