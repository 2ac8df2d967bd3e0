import pino from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Machine } from "@/lib/machine";
import type { MetricsTick } from "@/lib/metrics";
import type { MachineCounters } from "@/server/systemd/machine-counters";
import { createSampler, type HistoryStep, type Sampler } from "./sampler";
import { watchMetrics } from "./watch";

const START_MS = Date.parse("2026-01-01T00:00:01Z");

function machine(name: string, leaderPid: number | null): Machine {
  return {
    name,
    state: leaderPid === null ? "stopped" : "running",
    stateSince: null,
    class: "container",
    service: null,
    os: null,
    addresses: [],
    leaderPid,
    unit: `systemd-nspawn@${name}.service`,
    rootDirectory: null,
    image: name,
    since: null,
    enabled: null,
    readOnly: null,
    uidShift: null,
    result: null,
  };
}

let machines: Machine[];
let steps: HistoryStep[];
let reads: string[];
let sampler: Sampler;

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "Date", "performance"],
    now: START_MS,
  });
  machines = [machine("one", 10), machine("off", null), machine("two", 20)];
  steps = [];
  reads = [];
  const reader = {
    keep: () => undefined,
    read: ({ name }: { name: string }): MachineCounters => {
      reads.push(name);
      const atMs = performance.now();
      const nothing = { memoryBytes: 1, tasks: 1, ioReadBytes: 0, ioWriteBytes: 0, netRxBytes: 0, netTxBytes: 0 };
      return { atMs, cpuUsageUsec: atMs * 100, ...nothing, missing: {} };
    },
  };
  sampler = createSampler({
    world: { machines: () => machines },
    log: pino({ level: "silent" }),
    reader,
    onStep: async (step) => void steps.push(step),
  });
  sampler.start();
});

afterEach(() => {
  sampler.close();
  vi.useRealTimers();
});

/** In steps small enough for what each one wakes to come to its end. */
async function pass(ms: number, stepMs = 100): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    vi.advanceTimersByTime(stepMs);
    for (let turn = 0; turn < 6; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("the sampler", () => {
  it("reads running machines every 15 s on the clock while nobody looks, and writes their means", async () => {
    await pass(13_000);
    expect(reads).toEqual([]);
    await pass(32_000);
    expect(reads).toEqual(["one", "two", "one", "two", "one", "two"]);
    expect(steps.map(({ atSec }) => atSec * 1000 - START_MS)).toEqual([14_000, 29_000]);
    expect(steps[1]?.samples.map(({ name, cpuPercent }) => [name, cpuPercent])).toEqual([
      ["one", 10],
      ["two", 10],
    ]);
  });

  it("reads every second while somebody looks, however many, and no longer", async () => {
    const ticks: MetricsTick[] = [];
    const [stop, stopOther] = [sampler.subscribe((tick) => ticks.push(tick)), sampler.subscribe(() => undefined)];
    await pass(5000);
    stopOther();
    await pass(2000);
    expect(ticks.length).toBeGreaterThanOrEqual(7);
    expect(ticks.length).toBeLessThanOrEqual(8);
    expect(ticks[0]?.samples[0]).toMatchObject({ name: "one", cpuPercent: null, missing: { cpu: "pending" } });
    expect(ticks.at(-1)?.samples.map(({ name, cpuPercent }) => [name, cpuPercent])).toEqual([
      ["one", 10],
      ["two", 10],
    ]);
    stop();
    reads.length = 0;
    await pass(6000);
    expect(reads).toEqual([]);
  });

  it("writes history also while somebody looks, once a step", async () => {
    sampler.subscribe(() => undefined);
    await pass(60_000);
    expect(steps.map(({ atSec }) => atSec * 1000 - START_MS)).toEqual([-1000, 14_000, 29_000, 44_000]);
  });

  it.each([0, 20, 40, 60])("tells rates also where somebody comes %i ms before the end of a step", async (ms) => {
    await pass(14_000 - ms, 20);
    const ticks: MetricsTick[] = [];
    sampler.subscribe((tick) => ticks.push(tick));
    await pass(2000, 10);
    expect(ticks.length).toBeGreaterThan(2);
    for (const { samples } of ticks.slice(1)) expect(samples[0]?.cpuPercent).toBe(10);
    await pass(14_000);
    expect((steps.at(-1)?.atSec ?? 0) * 1000 - START_MS).toBe(14_000);
  });

  it("goes on where a machine cannot be read", async () => {
    const failing = createSampler({
      world: { machines: () => machines },
      log: pino({ level: "silent" }),
      reader: {
        keep: () => undefined,
        read: () => {
          throw new Error("no /proc");
        },
      },
      onStep: async () => undefined,
    });
    const seen: MetricsTick[] = [];
    failing.subscribe((tick) => seen.push(tick));
    await pass(3000);
    expect(seen.length).toBeGreaterThanOrEqual(3);
    expect(seen[0]?.samples).toEqual([]);
    failing.close();
  });

  it("tells who watches the newest of the machines asked for", async () => {
    const ended = new AbortController();
    const ticks = watchMetrics({ metrics: sampler }, ["two", "nobody"], ended.signal);
    const first = ticks.next();
    await pass(200);
    expect((await first).value?.samples.map((sample: { name: string }) => sample.name)).toEqual(["two"]);
    await pass(3000);
    const newest = (await ticks.next()).value;
    expect(Date.parse(newest?.at ?? "") - START_MS).toBeGreaterThan(2000);
    const last = ticks.next();
    ended.abort();
    expect((await last).done).toBe(true);
    // Nobody asked for the other one.
    expect(reads.filter((name) => name === "one").length).toBeLessThanOrEqual(1);
    reads.length = 0;
    await pass(3000);
    expect(reads).toEqual([]);
  });
});
