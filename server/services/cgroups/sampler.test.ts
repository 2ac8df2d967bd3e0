import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { CgroupSample } from "@/lib/cgroups";
import { AppError } from "@/lib/errors";
import type { CgroupReader } from "@/server/systemd/cgroup-reader";
import type { RawTree } from "@/server/systemd/cgroup-tree";
import { samplerOf } from "./sampler";
import { aRawGroup } from "./test-group";

const NONE_DELEGATED = { in: () => new Set<string>(), learn: async () => undefined, prepare: () => undefined };
const REQUEST = { leaderPid: 61, unit: "systemd-nspawn@a.service" };
/** Every reading used half of the time since the one before. */
class FakeReader implements CgroupReader {
  readings = 0;
  answer: () => RawTree | null = () => {
    const usec = performance.now() * 1000;
    return {
      root: aRawGroup("/r", { cpuUsageUsec: usec / 2 }),
      payload: "/r/payload",
      monotonicUsec: usec,
      at: new Date().toISOString(),
    };
  };

  async read() {
    this.readings += 1;
    return this.answer();
  }

  async close() {}
}

let reader: FakeReader;
const join = (intervalMs: number) => {
  const seen: CgroupSample[] = [];
  const end: { gone: boolean; failure: unknown; leave: () => void } = { gone: false, failure: null, leave: () => {} };
  end.leave = samplerOf(reader, REQUEST, NONE_DELEGATED).join(intervalMs, {
    onSample: (sample) => seen.push(sample),
    onGone: () => {
      end.gone = true;
    },
    onFailed: (error) => {
      end.failure = error;
    },
  });
  return { seen, end };
};

beforeEach(() => {
  vi.useFakeTimers();
  reader = new FakeReader();
});

afterEach(() => {
  vi.useRealTimers();
});

test("the first sample comes at once, and rates from the second on", async () => {
  const { seen, end } = join(1000);
  await vi.advanceTimersByTimeAsync(10);
  expect(seen.map(({ cpuPercent }) => cpuPercent)).toEqual([null]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(seen).toHaveLength(2);
  expect(seen[1]?.cpuPercent).toBeCloseTo(50);
  end.leave();
});

test("one reading answers all who look, each as often as it wants", async () => {
  const [often, seldom] = [join(500), join(2000)];
  await vi.advanceTimersByTimeAsync(4100);
  expect(often.seen).toHaveLength(9);
  expect(seldom.seen).toHaveLength(3);
  expect(reader.readings).toBeLessThanOrEqual(10);
  often.end.leave();
  seldom.end.leave();
});

test("nobody looks, nothing is read", async () => {
  const { end } = join(500);
  await vi.advanceTimersByTimeAsync(1100);
  end.leave();
  const { readings } = reader;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reader.readings).toBe(readings);
});

test("a machine that has gone is told of once, and looked at no more", async () => {
  const { seen, end } = join(500);
  await vi.advanceTimersByTimeAsync(10);
  reader.answer = () => null;
  await vi.advanceTimersByTimeAsync(600);
  expect(end.gone).toBe(true);
  expect(seen).toHaveLength(1);
  const { readings } = reader;
  await vi.advanceTimersByTimeAsync(5000);
  expect(reader.readings).toBe(readings);
});

test("a reading that fails is tried again", async () => {
  const { answer } = reader;
  reader.answer = () => {
    throw new AppError("UNAVAILABLE", "the thread ended");
  };
  const { seen, end } = join(500);
  await vi.advanceTimersByTimeAsync(100);
  expect(seen).toHaveLength(0);
  reader.answer = answer;
  await vi.advanceTimersByTimeAsync(600);
  expect(seen.length).toBeGreaterThan(0);
  end.leave();
});

test("what fails again and again is told, and looked at no more", async () => {
  reader.answer = () => {
    throw new AppError("UNAVAILABLE", "the thread ended");
  };
  const { end } = join(500);
  await vi.advanceTimersByTimeAsync(5000);
  expect(end.failure).toMatchObject({ code: "UNAVAILABLE" });
  expect(reader.readings).toBe(3);
});

test("who joins just after another has rates over a time that means something", async () => {
  const first = join(1000);
  await vi.advanceTimersByTimeAsync(1010);
  const second = join(1000);
  await vi.advanceTimersByTimeAsync(20);
  expect(second.seen[0]?.cpuPercent ?? 50).toBeCloseTo(50);
  await vi.advanceTimersByTimeAsync(1000);
  expect(second.seen.at(-1)?.cpuPercent).toBeCloseTo(50);
  first.end.leave();
  second.end.leave();
});
