import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { readdirSync, readFileSync } from "node:fs";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import type { MetricSample } from "@/lib/metrics";
import { createTestDatabase, type TestDatabase } from "@/server/db/test-database";
import { readCgroupMounts } from "@/server/systemd/cgroup-mounts";
import { MachineCounterReader, type MachineCounters, type MachineSubject } from "@/server/systemd/machine-counters";
import { command, openHost, type TestHost, TestMachine } from "../test-machine";
import { readMetricsHistory } from "./history";
import { createMetrics } from "./metrics";
import type { Sampler } from "./sampler";
import { watchMetrics } from "./watch";

const NAME = "metrics-test";
const BY_HAND = "metrics-by-hand";
const GROUP = `/machine.slice/systemd-nspawn@${NAME}.service`;
const WATCH_MS = 1000;
/** More than an idle machine takes, less than a loop gets of a host that is busy with others. */
const BUSY_PERCENT = 5;
const log = pino({ level: "silent" });

let host: TestHost;
let machine: TestMachine;
let database: TestDatabase;
let metrics: Sampler;
/** Of the machine, in turn. */
const readings: Reading[] = [];
const busy: ChildProcess[] = [];

/** What the real reader read, when, and the kernel's own counter just before and after. */
interface Reading {
  at: number;
  counters: MachineCounters;
  kernelUsec: [before: number, after: number];
}

/** The real reader, watched. */
class WatchedReader extends MachineCounterReader {
  override read(subject: MachineSubject) {
    if (subject.name !== NAME) return super.read(subject);
    const [at, before] = [Date.now(), kernelUsage()];
    const counters = super.read(subject);
    readings.push({ at, counters, kernelUsec: [before, kernelUsage()] });
    return counters;
  }
}

/** NaN while there is no such group. */
function kernelUsage(): number {
  try {
    return Number(/^usage_usec (\d+)/m.exec(groupFile("cpu.stat"))?.[1]);
  } catch {
    return Number.NaN;
  }
}

interface Seen {
  sample: MetricSample;
  reading: Reading;
}

/** What is told of the machine, and what it was made of, until `stop`. */
function watchTicks(): { seen: Seen[]; stop: () => void } {
  const seen: Seen[] = [];
  const stop = metrics.subscribe(({ samples }) => {
    const [sample, reading] = [samples.find(({ name }) => name === NAME), readings.at(-1)];
    if (sample && reading) seen.push({ sample, reading });
  });
  return { seen, stop };
}

/** What rates come to over the time from the first reading to the last, however long each took. */
function totalOf(seen: readonly Seen[], rate: (sample: MetricSample) => number | null): number {
  return seen.slice(1).reduce((sum, { sample, reading }, index) => {
    const sec = (reading.counters.atMs - (seen[index]?.reading.counters.atMs ?? Number.NaN)) / 1000;
    return sum + (rate(sample) ?? 0) * sec;
  }, 0);
}

function groupFile(file: string): string {
  return readFileSync(`${readCgroupMounts().unified?.at}${GROUP}/${file}`, "utf8");
}

/** A program of the host, run in the machine's control group and network namespace as one of its own would be. */
function runInMachine(program: string, ...args: string[]): ChildProcess {
  const child = spawn(
    "/usr/bin/systemd-run",
    ["-M", NAME, "--wait", "--collect", "--quiet", "--pipe", program, ...args],
    { stdio: "ignore" },
  );
  busy.push(child);
  return child;
}

/** Datagrams of 1400 bytes to whatever is at the other end of the cable. */
async function sendToCable(count: number): Promise<void> {
  const link = readdirSync("/sys/class/net").find((one) => one.startsWith("ve-metrics"));
  const socket = createSocket("udp6");
  await new Promise<void>((resolve) => socket.bind(0, resolve));
  socket.setMulticastInterface(`::%${link}`);
  const data = Buffer.alloc(1400);
  for (let sent = 0; sent < count; sent += 1)
    await new Promise<void>((resolve, reject) =>
      socket.send(data, 9, `ff02::1%${link}`, (error) => (error ? reject(error) : resolve())),
    );
  socket.close();
}

/** Everything that is told to somebody who looks, until `enough`. */
async function watchUntil(enough: (samples: MetricSample[]) => boolean, timeoutMs = 60_000): Promise<MetricSample[]> {
  const ended = new AbortController();
  const timer = setTimeout(() => ended.abort(), timeoutMs);
  const samples: MetricSample[] = [];
  try {
    for await (const tick of watchMetrics({ metrics }, [NAME], ended.signal)) {
      samples.push(...tick.samples);
      if (enough(samples)) return samples;
    }
    throw new Error(`not seen: ${JSON.stringify(samples.slice(-3))}`);
  } finally {
    clearTimeout(timer);
    ended.abort();
  }
}

beforeAll(async () => {
  host = await openHost();
  database = await createTestDatabase();
  metrics = createMetrics({ world: host.world, db: database.db, log, reader: new WatchedReader() });
  metrics.start();
  machine = new TestMachine(NAME, host.world);
  await machine.place();
  await machine.start();
});

afterAll(async () => {
  for (const child of busy) child.kill("SIGKILL");
  metrics.close();
  machine.remove();
  await host.close();
  await database.remove();
});

describe("what a machine uses", () => {
  it("is told every second, with a reason for what this host does not account", async () => {
    const began = performance.now();
    const samples = await watchUntil(({ length }) => length >= 4);
    expect(performance.now() - began).toBeGreaterThan(2 * WATCH_MS);
    const last = samples.at(-1);
    expect(last?.cpuPercent).toBeGreaterThanOrEqual(0);
    expect(last?.netRxBytesPerSec).toBeGreaterThanOrEqual(0);
    for (const [measure, value] of [
      ["cpu", last?.cpuPercent],
      ["memory", last?.memoryBytes],
      ["tasks", last?.tasks],
      ["io", last?.ioReadBytesPerSec],
      ["net", last?.netTxBytesPerSec],
    ] as const)
      expect([measure, value === null]).toEqual([measure, last?.missing[measure] !== undefined]);
  });

  it("of a busy machine is the processor time of the kernel's own counter over the same seconds", async () => {
    runInMachine("/usr/bin/sh", "-c", "while :; do :; done");
    // Of a processor, that others may want too.
    await watchUntil((samples) => (samples.at(-1)?.cpuPercent ?? 0) > BUSY_PERCENT);
    const { seen, stop } = watchTicks();
    await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(6), { timeout: 30_000, interval: 20 });
    stop();
    const [first, last] = [seen[0]?.reading, seen.at(-1)?.reading];
    if (!first || !last) throw new Error("nothing was told");
    const oursUsec = totalOf(seen, ({ cpuPercent }) => cpuPercent) * 10_000;
    // Percents are told with two digits.
    const roundedUsec = (last.counters.atMs - first.counters.atMs) * 0.05 + 1;
    expect(oursUsec).toBeGreaterThanOrEqual(last.kernelUsec[0] - first.kernelUsec[1] - roundedUsec);
    expect(oursUsec).toBeLessThanOrEqual(last.kernelUsec[1] - first.kernelUsec[0] + roundedUsec);
    expect(last.counters.atMs - first.counters.atMs).toBeGreaterThan(2 * WATCH_MS);
  });

  it("counts its tasks as they are in its control groups", async () => {
    // Counted every five seconds at the most, where the host does not.
    const counted = () => {
      const { unified } = readCgroupMounts();
      const files = command("/usr/bin/find", `${unified?.at}${GROUP}`, "-name", "cgroup.threads").trim().split("\n");
      return files.flatMap((file) => readFileSync(file, "utf8").trim().split("\n")).filter(Boolean).length;
    };
    await watchUntil((samples) => samples.at(-1)?.tasks === counted());
    const before = counted();
    for (let more = 0; more < 5; more += 1) runInMachine("/usr/bin/sleep", "inf");
    await vi.waitFor(() => expect(counted()).toBeGreaterThanOrEqual(before + 5), { timeout: 30_000, interval: 50 });
    const samples = await watchUntil((seen) => seen.at(-1)?.tasks === counted());
    expect(samples.at(-1)?.tasks).toBeGreaterThanOrEqual(before + 5);
  });

  it("has what came over its network, as it counts it itself", async () => {
    await vi.waitFor(() => expect(host.world.machine(NAME)?.addresses.length).toBeGreaterThan(0), 30_000);
    const leader = host.world.machine(NAME)?.leaderPid ?? 0;
    const received = () =>
      Number(/host0:\s*(\d+)/.exec(readFileSync(`/proc/${leader}/net/dev`, "utf8"))?.[1] ?? Number.NaN);
    const begin = received();
    const { seen, stop } = watchTicks();
    await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(2), { timeout: 30_000, interval: 20 });
    const before = seen.length - 1;
    const bytes = () => totalOf(seen.slice(before), ({ netRxBytesPerSec }) => netRxBytesPerSec);
    const from = received();
    // IPv6 multicast to all nodes of the cable: the host's side needs no address that networkd would have to give.
    await sendToCable(60);
    await vi.waitFor(() => expect(received() - from).toBeGreaterThan(60 * 1400), { timeout: 30_000, interval: 20 });
    const sent = received() - from;
    // Rates are told in whole bytes.
    await vi.waitFor(() => expect(bytes()).toBeGreaterThan(sent * 0.99), { timeout: 30_000, interval: 20 });
    stop();
    expect(bytes()).toBeLessThan((received() - begin) * 1.01);
  });

  it("is not read while nobody looks", async () => {
    await watchUntil(({ length }) => length >= 2);
    const last = readings.length - 1;
    await vi.waitFor(() => expect(readings.length).toBeGreaterThan(last + 1), { timeout: 30_000, interval: 5 });
    // Only for the next step of the history, and once.
    const steps = readings.slice(last).map(({ at }) => Math.floor(at / 15_000));
    expect([...new Set(steps)]).toEqual(steps);
  });

  it("is kept as history, step by step, by its machine's image", async () => {
    const read = () =>
      readMetricsHistory(database, {
        name: NAME,
        from: new Date(Date.now() - 600_000).toISOString(),
        to: new Date().toISOString(),
      });
    await vi.waitFor(async () => expect((await read()).points.length).toBeGreaterThanOrEqual(2), {
      timeout: 40_000,
      interval: 100,
    });
    const { stepSec, points } = await read();
    expect(stepSec).toBe(15);
    // The loop still runs.
    expect(points.at(-1)?.cpuPercent).toBeGreaterThan(BUSY_PERCENT);
    expect(points.at(-1)?.tasks).toBeGreaterThan(5);
  });

  it("is no history where nobody keeps the machine: one started by hand from a directory outside the pool", async () => {
    command("/usr/bin/cp", "-a", "--reflink=auto", "/srv/fixtures/debian", `/srv/${BY_HAND}`);
    const nspawn = ["/usr/bin/systemd-nspawn", "--quiet", `--directory=/srv/${BY_HAND}`, `--machine=${BY_HAND}`];
    command("/usr/bin/systemd-run", "--quiet", "--collect", `--unit=${BY_HAND}`, ...nspawn, "/bin/sleep", "inf");
    await vi.waitFor(() => expect(host.world.machine(BY_HAND)?.leaderPid ?? 0).toBeGreaterThan(0), { timeout: 30_000 });
    expect(host.world.machine(BY_HAND)?.image).toBeNull();
    const told: MetricSample[] = [];
    const stop = metrics.subscribe(({ samples }) => told.push(...samples), [BY_HAND]);
    const rows = (machine: string) => database.db.metricPoint.count({ where: { machine } });
    const before = await rows(NAME);
    // Of one that is kept two steps are written meanwhile.
    await vi.waitFor(async () => expect(await rows(NAME)).toBeGreaterThanOrEqual(before + 2), {
      timeout: 45_000,
      interval: 100,
    });
    stop();
    expect(told.some(({ name, tasks }) => name === BY_HAND && (tasks ?? 0) > 0)).toBe(true);
    expect(await rows(BY_HAND)).toBe(0);
    command("/usr/bin/machinectl", "terminate", BY_HAND);
    await vi.waitFor(() => expect(host.world.machine(BY_HAND)).toBeUndefined(), { timeout: 30_000 });
    command("/usr/bin/rm", "-rf", "--one-file-system", `/srv/${BY_HAND}`);
  });

  it("begins anew with a reboot: no rate is negative or more than the host has", async () => {
    const cores = Number(command("/usr/bin/nproc", "--all"));
    const seen: MetricSample[] = [];
    const stop = metrics.subscribe(({ samples }) => seen.push(...samples.filter(({ name }) => name === NAME)));
    const leader = host.world.machine(NAME)?.leaderPid;
    command("/usr/bin/machinectl", "reboot", NAME);
    await vi.waitFor(
      () => {
        const now = host.world.machine(NAME)?.leaderPid ?? null;
        expect(now !== null && now !== leader).toBe(true);
      },
      { timeout: 40_000, interval: 50 },
    );
    await machine.booted();
    const count = seen.length;
    await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(count + 3), { timeout: 30_000, interval: 50 });
    stop();
    for (const { cpuPercent, netRxBytesPerSec, netTxBytesPerSec } of seen) {
      for (const rate of [cpuPercent, netRxBytesPerSec, netTxBytesPerSec]) expect(rate ?? 0).toBeGreaterThanOrEqual(0);
      expect(cpuPercent ?? 0).toBeLessThan(cores * 100 * 1.2);
      expect(netRxBytesPerSec ?? 0).toBeLessThan(1e9);
    }
    expect(seen.at(-1)?.cpuPercent).not.toBeNull();
  });
});
