// Runs in the virtual machine (lab/vm): what our readers say of a machine and of every control group in it, beside what systemd and
// the kernel say at the same moment. Prints a line a check; exit status 0 where all hold.
import { execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { CgroupAccounting, Pressure } from "@/lib/cgroup-accounting";
import { RateTracker } from "@/server/services/metrics/rates";
import { countTasks, readCgroupAccounting } from "@/server/systemd/cgroup-accounting";
import { readCgroupMounts } from "@/server/systemd/cgroup-mounts";
import { type RawCgroup, TreeReader } from "@/server/systemd/cgroup-tree";
import { readCgroupLayout } from "@/server/systemd/cgroupfs";
import { MachineCounterReader } from "@/server/systemd/machine-counters";

const NAME = "inner";
const UNIT = `systemd-nspawn@${NAME}.service`;
const GROUP = `/machine.slice/${UNIT}`;
const ROOT = "/sys/fs/cgroup";
const MIB = 1024 * 1024;
/** Without KVM everything takes its time. */
const BOOT_TIMEOUT_MS = 180_000;
const LOAD_TIMEOUT_MS = 60_000;
const HELD_MIB = 64;
const WRITTEN_MIB = 24;
const SLEEPERS = 7;
const RATE_MS = 3000;
/** Memory is charged in batches, and other processors hold some back: both figures are of almost the same moment, not of one. */
const MEMORY_TOLERANCE_BYTES = MIB;

let failed = 0;

function check(what: string, holds: boolean, seen: string): void {
  if (!holds) failed += 1;
  console.log(`${holds ? "ok    " : "NOT OK"} ${what}: ${seen}`);
}

function command(...argv: string[]): string {
  const [file = "", ...args] = argv;
  return execFileSync(file, args, { encoding: "utf8", timeout: BOOT_TIMEOUT_MS, stdio: ["ignore", "pipe", "pipe"] });
}

async function until(what: string, holds: () => boolean, timeoutMs = LOAD_TIMEOUT_MS): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
    await delay(100);
  }
}

interface Shown {
  cpuUsec: number;
  memory: number;
  tasks: number;
  ioRead: number;
  ioWritten: number;
}

/** `systemctl show` of the machine's unit. */
function systemctlShow(): Shown {
  const names = ["CPUUsageNSec", "MemoryCurrent", "TasksCurrent", "IOReadBytes", "IOWriteBytes"];
  const text = command("/usr/bin/systemctl", "show", UNIT, `--property=${names.join(",")}`);
  const value = (name: string) => Number(new RegExp(`^${name}=(\\d+)$`, "m").exec(text)?.[1]);
  return {
    cpuUsec: value("CPUUsageNSec") / 1000,
    memory: value("MemoryCurrent"),
    tasks: value("TasksCurrent"),
    ioRead: value("IOReadBytes"),
    ioWritten: value("IOWriteBytes"),
  };
}

function fileOf(group: string, file: string): string {
  return readFileSync(join(ROOT, group, file), "utf8");
}

function read(group: string): CgroupAccounting {
  const accounting = readCgroupAccounting(readCgroupMounts(), group);
  if (!accounting) throw new Error(`${group} could not be read`);
  return accounting;
}

/** In the machine, until it ends or we do. */
function runInside(script: string): void {
  spawn("/usr/bin/systemd-run", ["-M", NAME, "--collect", "--quiet", "/bin/sh", "-c", script], { stdio: "ignore" });
}

async function startMachine(): Promise<void> {
  command("/usr/bin/machinectl", "start", NAME);
  const state = () => {
    try {
      return command("/usr/bin/systemctl", "-M", NAME, "show", "--value", "--property=SystemState").trim();
    } catch {
      return "no bus yet";
    }
  };
  await until("the machine has booted", () => /running|degraded/.test(state()), BOOT_TIMEOUT_MS);
}

/** A counter that only grows: ours, read between two readings of theirs, lies between them, exactly. */
function checkBetween(what: string, before: number, ours: number | null, after: number): void {
  const holds = ours !== null && before <= ours && ours <= after;
  check(what, holds, `${before} ≤ ${ours} ≤ ${after}`);
}

function checkUnit(): void {
  const before = systemctlShow();
  const ours = read(GROUP);
  const after = systemctlShow();
  checkBetween("CPU of the unit, CPUUsageNSec in µs", Math.floor(before.cpuUsec), ours.cpuUsageUsec, after.cpuUsec);
  checkBetween("bytes read, IOReadBytes", before.ioRead, ours.ioReadBytes, after.ioRead);
  checkBetween("bytes written, IOWriteBytes", before.ioWritten, ours.ioWriteBytes, after.ioWritten);
  const [low, high] = [Math.min(before.memory, after.memory), Math.max(before.memory, after.memory)];
  const memory = ours.memoryBytes ?? Number.NaN;
  const memoryHolds = memory >= low - MEMORY_TOLERANCE_BYTES && memory <= high + MEMORY_TOLERANCE_BYTES;
  check("memory, MemoryCurrent within 1 MiB", memoryHolds, `${low} … ${memory} … ${high}`);
  const tasks = ours.tasks ?? Number.NaN;
  const tasksHold = tasks >= Math.min(before.tasks, after.tasks) && tasks <= Math.max(before.tasks, after.tasks);
  check("tasks, TasksCurrent", tasksHold, `${before.tasks} … ${tasks} … ${after.tasks}`);
  check(
    "nothing is said to be unaccounted",
    Object.keys(ours.unaccounted).length === 0,
    JSON.stringify(ours.unaccounted),
  );
}

/** Every group of the machine against its files. */
function checkGroups(): void {
  const groups = [GROUP, ...groupsBelow(GROUP)];
  const wrong = groups.flatMap((group) => differences(group));
  check(
    `all ${groups.length} control groups of the machine, against their files`,
    wrong.length === 0,
    wrong.join("; ") || "alike",
  );
  const counted = countTasks(readCgroupMounts(), GROUP);
  const pids = Number(fileOf(GROUP, "pids.current"));
  check(
    "tasks counted one by one (where pids is not accounted) are pids.current",
    counted === pids,
    `${counted} = ${pids}`,
  );
}

function groupsBelow(group: string): string[] {
  const children = readdirSync(join(ROOT, group), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return children.flatMap(({ name }) => [`${group}/${name}`, ...groupsBelow(`${group}/${name}`)]);
}

/** What of a group is not as its files have it, where it has them at all: not every controller reaches down to every group. */
function differences(group: string): string[] {
  const before = filesOf(group);
  return differencesBetween(group, before, read(group));
}

function differencesBetween(group: string, before: Files | null, ours: CgroupAccounting): string[] {
  const after = filesOf(group);
  const found: string[] = [];
  for (const key of ["cpuUsageUsec", "memoryBytes", "tasks", "ioReadBytes", "ioWriteBytes"] as const) {
    const [low, value, high] = [before?.[key] ?? null, ours[key], after[key]];
    if (low === null || high === null) {
      if (value !== null) found.push(`${group} ${key}: ${value} without a file`);
      continue;
    }
    const spare = key === "memoryBytes" ? MEMORY_TOLERANCE_BYTES : 0;
    if (value === null || value < Math.min(low, high) - spare || value > Math.max(low, high) + spare)
      found.push(`${group} ${key}: ${low} ${value} ${high}`);
  }
  return found;
}

type Files = ReturnType<typeof filesOf>;

function filesOf(group: string) {
  const text = (file: string) => {
    try {
      return fileOf(group, file);
    } catch {
      return null;
    }
  };
  const count = (value: string | null | undefined) => (value == null ? null : Number(value));
  const io = text("io.stat");
  const sum = (pattern: RegExp) =>
    io === null ? null : [...io.matchAll(pattern)].reduce((all, one) => all + Number(one[1]), 0);
  return {
    cpuUsageUsec: count(/usage_usec (\d+)/.exec(text("cpu.stat") ?? "")?.[1]),
    memoryBytes: count(text("memory.current")),
    tasks: count(text("pids.current")),
    ioReadBytes: sum(/rbytes=(\d+)/g),
    ioWriteBytes: sum(/wbytes=(\d+)/g),
  };
}

/** The Processes tab's tree: the same figures of each group that has processes, and every process once. */
function checkTree(leaderPid: number): void {
  const pidsNow = () =>
    [GROUP, ...groupsBelow(GROUP)].flatMap((group) => fileOf(group, "cgroup.procs").split("\n").filter(Boolean)).sort();
  const files = new Map([GROUP, ...groupsBelow(GROUP)].map((group) => [group, filesOf(group)]));
  const pids = pidsNow();
  const tree = new TreeReader(readCgroupMounts()).read(
    { leaderPid, unit: UNIT },
    { host: new Map(), machine: new Map() },
  );
  if (!tree) throw new Error("the tree could not be read");
  const groups = flatten(tree.root);
  const wrong = groups.flatMap((group) => differencesBetween(group.path, files.get(group.path) ?? null, group));
  check(`the tree's ${groups.length} groups, against their files`, wrong.length === 0, wrong.join("; ") || "alike");
  const told = groups.flatMap(({ processes }) => processes.map(({ pid }) => String(pid))).sort();
  const same = told.join() === pids.join() || told.join() === pidsNow().join();
  check("the tree's processes are those of cgroup.procs", same, `${told.length} of ${pids.length}`);
}

function flatten(group: RawCgroup): RawCgroup[] {
  return [group, ...group.children.flatMap(flatten)];
}

/** Totals of stalls only grow; averages are told in hundredths and change every two seconds. */
function checkPressure(): void {
  const totals = (file: string) => [...fileOf(GROUP, file).matchAll(/total=(\d+)/g)].map((one) => Number(one[1]));
  for (const resource of ["cpu", "memory", "io"] as const) {
    const before = totals(`${resource}.pressure`);
    const ours: Pressure | undefined = read(GROUP).pressure?.[resource];
    const after = totals(`${resource}.pressure`);
    checkBetween(
      `pressure on ${resource}, some`,
      before[0] ?? Number.NaN,
      ours?.some.totalUsec ?? null,
      after[0] ?? Number.NaN,
    );
    if (before.length > 1)
      checkBetween(
        `pressure on ${resource}, full`,
        before[1] ?? Number.NaN,
        ours?.full?.totalUsec ?? null,
        after[1] ?? Number.NaN,
      );
  }
  const stalled = read(GROUP).pressure?.cpu.some.totalUsec ?? 0;
  check("more work than processors is felt as pressure", stalled > 100_000, `${stalled} µs`);
}

/** What the pages show, against the kernel's counters over the same time. */
async function checkRates(leaderPid: number): Promise<void> {
  const reader = new MachineCounterReader();
  const tracker = new RateTracker();
  const subject = { name: NAME, leaderPid, unit: UNIT, isVm: false };
  const usage = () => Number(/usage_usec (\d+)/.exec(fileOf(GROUP, "cpu.stat"))?.[1]);
  tracker.next(subject, reader.read(subject));
  const [beganMs, began] = [performance.now(), usage()];
  await delay(RATE_MS);
  const sample = tracker.next(subject, reader.read(subject));
  const kernel = ((usage() - began) / (performance.now() - beganMs)) * 0.1;
  const ours = sample.cpuPercent ?? Number.NaN;
  // Both are means over almost the same three seconds.
  check(
    "CPU rate of the metrics, within 5 % of the kernel's",
    Math.abs(ours - kernel) <= kernel * 0.05,
    `${ours} % ≈ ${kernel.toFixed(2)} %`,
  );
  check(
    "the metrics have memory, tasks, disk and network",
    Object.keys(sample.missing).length === 0,
    JSON.stringify(sample),
  );
}

async function main(): Promise<void> {
  check(
    "control groups are of version 2 alone",
    (await readCgroupLayout()) === "unified",
    String(await readCgroupLayout()),
  );
  await startMachine();
  const idle = read(GROUP);
  runInside(`head -c ${HELD_MIB * MIB} /dev/zero > /dev/shm/held; exec sleep 600`);
  runInside(`dd if=/dev/zero of=/var/tmp/written bs=1M count=${WRITTEN_MIB} conv=fsync; exec sleep 600`);
  for (let more = 0; more < SLEEPERS; more += 1) runInside("exec sleep 600");
  const grown = () => {
    const { memoryBytes, tasks, ioWriteBytes } = read(GROUP);
    return (
      (memoryBytes ?? 0) - (idle.memoryBytes ?? 0) >= HELD_MIB * MIB &&
      (ioWriteBytes ?? 0) - (idle.ioWriteBytes ?? 0) >= WRITTEN_MIB * MIB &&
      (tasks ?? 0) - (idle.tasks ?? 0) >= SLEEPERS + 2
    );
  };
  await until(`${HELD_MIB} MiB held, ${WRITTEN_MIB} MiB written, ${SLEEPERS + 2} more tasks`, grown);
  check(
    "what the machine holds, writes and runs is charged to it",
    grown(),
    `${HELD_MIB} MiB, ${WRITTEN_MIB} MiB, ${SLEEPERS + 2} tasks`,
  );
  checkUnit();
  checkGroups();
  for (let more = 0; more < 4; more += 1) runInside("while :; do :; done");
  await until("four loops share two processors", () => (read(GROUP).pressure?.cpu.some.totalUsec ?? 0) > 500_000);
  checkPressure();
  checkUnit();
  const leader = command("/usr/bin/machinectl", "show", NAME, "--property=Leader", "--value").trim();
  checkTree(Number(leader));
  await checkRates(Number(leader));
}

await main().catch((error: unknown) => {
  failed += 1;
  console.log(`NOT OK ${error instanceof Error ? error.message : String(error)}`);
});
console.log(failed === 0 ? "all checks hold" : `${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
