import { expect, test } from "vitest";

import type { RawCgroup, RawProcess, RawTree } from "@/server/systemd/cgroup-tree";
import { usageOf, withRates } from "./rates";
import { aRawGroup } from "./test-group";

function rawProcess(pid: number, cpuUsageUsec: number, startTicks = 1): RawProcess {
  return { pid, machinePid: pid, user: "root", command: "x", state: "S", startTicks, cpuUsageUsec, residentBytes: 0 };
}

const tree = (root: RawCgroup, seconds: number): RawTree => ({
  root,
  payload: "/r/payload",
  monotonicUsec: seconds * 1_000_000,
  at: "2026-01-01T00:00:00.000Z",
});

test("a rate is the time used over the time passed, in percent of one core", () => {
  const before = tree(aRawGroup("/r", { cpuUsageUsec: 1_000_000, processes: [rawProcess(1, 500_000)] }), 10);
  const after = tree(aRawGroup("/r", { cpuUsageUsec: 4_000_000, processes: [rawProcess(1, 1_000_000)] }), 12);
  const sample = withRates(after, usageOf(before));
  expect(sample).toMatchObject({ type: "tree", cpuPercent: 150, cpuFrom: "cgroup" });
  expect(sample.processes[0]?.cpuPercent).toBe(25);
});

test("without a sample before, or for who was not there, there is none", () => {
  const first = tree(aRawGroup("/r", { cpuUsageUsec: 1, processes: [rawProcess(1, 1)] }), 1);
  expect(withRates(first, null)).toMatchObject({ cpuPercent: null, processes: [{ cpuPercent: null }] });
  const later = tree(aRawGroup("/other", { cpuUsageUsec: 1, processes: [rawProcess(1, 1, 2)] }), 2);
  expect(withRates(later, usageOf(first))).toMatchObject({ cpuPercent: null, processes: [{ cpuPercent: null }] });
});

test("a group that began anew under the same name has none, never less than nothing", () => {
  const before = tree(aRawGroup("/r", { cpuUsageUsec: 9_000_000 }), 1);
  const after = tree(aRawGroup("/r", { cpuUsageUsec: 1_000_000 }), 2);
  expect(withRates(after, usageOf(before)).cpuPercent).toBeNull();
});

test("a group the host accounts no CPU time for has the sum of its processes, and says so", () => {
  const at = (usec: number, seconds: number) =>
    tree(
      aRawGroup("/r", {
        processes: [rawProcess(1, usec)],
        children: [aRawGroup("/r/a", { processes: [rawProcess(2, usec * 2), rawProcess(3 + seconds, 0)] })],
      }),
      seconds,
    );
  const sample = withRates(at(1_100_000, 2), usageOf(at(1_000_000, 1)));
  expect(sample).toMatchObject({ cpuUsageUsec: null, cpuFrom: "processes" });
  expect(sample.cpuPercent).toBeCloseTo(30);
  expect(sample.children[0]?.cpuPercent).toBeCloseTo(20);
});
