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
import { MachineCounterReader, type MachineSubject } from "@/server/systemd/machine-counters";

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
const RESOURCES = ["cpu", "memory", "io"] as const;
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
function runInside(script: string, ...options: string[]): void {
  const argv = ["-M", NAME, "--collect", "--quiet", ...options, "/bin/sh", "-c", script];
  spawn("/usr/bin/systemd-run", argv, { stdio: "ignore" });
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

/** A counter that only grows: ours, read between two readings of theirs, lies between them, exactly; one that stands at 0 would prove nothing. */
function checkBetween(
  what: string,
  before: number,
  ours: number | null,
  after: number,
  { mayBeZero = false } = {},
): void {
  const holds = ours !== null && before <= ours && ours <= after && (mayBeZero || before > 0);
  check(what, holds, `${before} ≤ ${ours} ≤ ${after}`);
}

/** What is held now: ours lies between two readings of theirs, or is off by no more than `spare`. */
function checkHeld(what: string, before: number, ours: number | null, after: number, spare = 0): void {
  const [low, high] = [Math.min(before, after) - spare, Math.max(before, after) + spare];
  check(what, ours !== null && low <= ours && ours <= high, `${before} … ${ours} … ${after}`);
}

function checkUnit(): void {
  const before = systemctlShow();
  const ours = read(GROUP);
  const after = systemctlShow();
  checkBetween("CPU of the unit, CPUUsageNSec in µs", Math.floor(before.cpuUsec), ours.cpuUsageUsec, after.cpuUsec);
  checkBetween("bytes read, IOReadBytes", before.ioRead, ours.ioReadBytes, after.ioRead);
  checkBetween("bytes written, IOWriteBytes", before.ioWritten, ours.ioWriteBytes, after.ioWritten);
  checkHeld(
    "memory, MemoryCurrent within 1 MiB",
    before.memory,
    ours.memoryBytes,
    after.memory,
    MEMORY_TOLERANCE_BYTES,
  );
  checkHeld("tasks, TasksCurrent", before.tasks, ours.tasks, after.tasks);
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
  return [...found, ...pressureDifferences(group, before, ours, after)];
}

function pressureDifferences(group: string, before: Files | null, ours: CgroupAccounting, after: Files): string[] {
  return RESOURCES.flatMap((resource) => {
    const told = ours.pressure?.[resource];
    const [low, high] = [before?.stalls[resource], after.stalls[resource]];
    if (!low || !high) return told ? [`${group} pressure on ${resource}: told without a file`] : [];
    return [told?.some.totalUsec, told?.full?.totalUsec].flatMap((value, index) => {
      const [from, to] = [low[index], high[index]];
      const holds =
        value === from ||
        (value !== undefined && from !== undefined && to !== undefined && from <= value && value <= to);
      return holds ? [] : [`${group} pressure on ${resource}: ${from} ${value} ${to}`];
    });
  });
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
    stalls: {
      cpu: stallsOf(text("cpu.pressure")),
      memory: stallsOf(text("memory.pressure")),
      io: stallsOf(text("io.pressure")),
    },
  };
}

/** For how long some waited, and all, in µs: totals only grow. Averages are told in hundredths and change every two seconds. */
function stallsOf(text: string | null): number[] | null {
  return text === null ? null : [...text.matchAll(/total=(\d+)/g)].map((one) => Number(one[1]));
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
  check(
    `the tree's ${groups.length} groups, their pressure too, against their files`,
    wrong.length === 0,
    wrong.join("; ") || "alike",
  );
  for (const resource of RESOURCES) {
    const stalled = groups
      .filter(({ pressure }) => (pressure?.[resource].some.totalUsec ?? 0) > 0)
      .map(({ name }) => name);
    check(`some groups of the tree have waited for ${resource}`, stalled.length > 0, stalled.join(", "));
  }
  const told = groups.flatMap(({ processes }) => processes.map(({ pid }) => String(pid))).sort();
  const same = told.join() === pids.join() || told.join() === pidsNow().join();
  check("the tree's processes are those of cgroup.procs", same, `${told.length} of ${pids.length}`);
}

function flatten(group: RawCgroup): RawCgroup[] {
  return [group, ...group.children.flatMap(flatten)];
}

function checkPressure(): void {
  for (const resource of RESOURCES) {
    const before = filesOf(GROUP).stalls[resource] ?? [];
    const ours: Pressure | undefined = read(GROUP).pressure?.[resource];
    const after = filesOf(GROUP).stalls[resource] ?? [];
    const [someBefore = Number.NaN, fullBefore] = before;
    const [someAfter = Number.NaN, fullAfter = Number.NaN] = after;
    checkBetween(`pressure on ${resource}, some`, someBefore, ours?.some.totalUsec ?? null, someAfter);
    if (fullBefore === undefined) continue;
    // All wait for a processor only where a quota holds all of them up.
    const mayBeZero = resource === "cpu";
    checkBetween(`pressure on ${resource}, full`, fullBefore, ours?.full?.totalUsec ?? null, fullAfter, { mayBeZero });
  }
  const stalled = read(GROUP).pressure?.cpu.some.totalUsec ?? 0;
  check("more work than processors is felt as pressure", stalled > 100_000, `${stalled} µs`);
}

/** A reading of the metrics, and what the kernel's files say right before and right after. */
function readBetween(reader: MachineCounterReader, subject: MachineSubject) {
  const before = { atMs: performance.now(), ...filesOf(GROUP) };
  const counters = reader.read(subject);
  return { before, counters, after: { atMs: performance.now(), ...filesOf(GROUP) } };
}

type Reading = ReturnType<typeof readBetween>;

/** A rate between two readings: no less than what was certainly used in the longest time, no more than what may have been in the shortest. */
function checkRate(
  what: string,
  key: "cpuUsageUsec" | "ioReadBytes" | "ioWriteBytes",
  [first, second]: readonly [Reading, Reading],
  perSec: number | null,
): void {
  const used = (from: Reading["before"], to: Reading["before"]) => (to[key] ?? Number.NaN) - (from[key] ?? Number.NaN);
  const low = (used(first.after, second.before) / (second.after.atMs - first.before.atMs)) * 1000;
  const high = (used(first.before, second.after) / (second.before.atMs - first.after.atMs)) * 1000;
  const holds = perSec !== null && low > 0 && Math.floor(low) <= perSec && perSec <= Math.ceil(high);
  check(what, holds, `${low.toFixed(0)} ≤ ${perSec} ≤ ${high.toFixed(0)} a second`);
}

/** What the pages show, against the kernel's counters over the same time and systemctl show of the same moment. */
async function checkMetrics(leaderPid: number): Promise<void> {
  const reader = new MachineCounterReader();
  const tracker = new RateTracker();
  const subject = { name: NAME, leaderPid, unit: UNIT, isVm: false };
  const first = readBetween(reader, subject);
  tracker.next(subject, first.counters);
  await delay(RATE_MS);
  const before = systemctlShow();
  const second = readBetween(reader, subject);
  const after = systemctlShow();
  const sample = tracker.next(subject, second.counters);
  const readings = [first, second] as const;
  // Told in hundredths of a percent of a core: 100 µs a second.
  const cpuUsecPerSec = sample.cpuPercent === null ? null : Math.round(sample.cpuPercent * 1e4);
  checkRate("the metrics' CPU, in µs", "cpuUsageUsec", readings, cpuUsecPerSec);
  checkRate("the metrics' bytes read", "ioReadBytes", readings, sample.ioReadBytesPerSec);
  checkRate("the metrics' bytes written", "ioWriteBytes", readings, sample.ioWriteBytesPerSec);
  const spare = MEMORY_TOLERANCE_BYTES;
  checkHeld("the metrics' memory, MemoryCurrent", before.memory, sample.memoryBytes, after.memory, spare);
  checkHeld("the metrics' tasks, TasksCurrent", before.tasks, sample.tasks, after.tasks);
  const { before: files } = second;
  checkHeld(
    "the metrics' memory, memory.current",
    files.memoryBytes ?? Number.NaN,
    sample.memoryBytes,
    second.after.memoryBytes ?? Number.NaN,
    spare,
  );
  checkHeld(
    "the metrics' tasks, pids.current",
    files.tasks ?? Number.NaN,
    sample.tasks,
    second.after.tasks ?? Number.NaN,
  );
  check("the metrics miss nothing", Object.keys(sample.missing).length === 0, JSON.stringify(sample));
}

/** Until both were waited for by some, and by all: of counters that stand at 0 nothing could be told. */
async function stallOnMemoryAndDisk(): Promise<void> {
  // More than it may hold without being slowed down; what it holds grows slowly.
  runInside("head -c 32M /dev/zero | tail -c 32M | sleep 600", "--property=MemoryHigh=8M");
  // Each round takes many seconds: processes that come and go would change what the machine holds between two readings.
  const copy = "dd if=/var/tmp/written of=/var/tmp/again bs=512 conv=notrunc iflag=direct oflag=direct";
  runInside(`cp /var/tmp/written /var/tmp/again; while :; do ${copy}; done`);
  const stalled = (resource: "memory" | "io") => (filesOf(GROUP).stalls[resource] ?? [0]).every((usec) => usec > 0);
  await until("memory and disk are waited for", () => stalled("memory") && stalled("io"));
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
  await stallOnMemoryAndDisk();
  checkUnit();
  checkGroups();
  for (let more = 0; more < 4; more += 1) runInside("while :; do :; done");
  await until("four loops share two processors", () => (read(GROUP).pressure?.cpu.some.totalUsec ?? 0) > 500_000);
  checkPressure();
  checkUnit();
  const leader = command("/usr/bin/machinectl", "show", NAME, "--property=Leader", "--value").trim();
  checkTree(Number(leader));
  await checkMetrics(Number(leader));
}

await main().catch((error: unknown) => {
  failed += 1;
  console.log(`NOT OK ${error instanceof Error ? error.message : String(error)}`);
});
console.log(failed === 0 ? "all checks hold" : `${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
