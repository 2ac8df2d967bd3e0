import { expect, test, vi } from "vitest";

import type { MetricSample } from "@/lib/metrics";
import { liveMetrics } from "./live-metrics";

const START_MS = Date.parse("2026-01-01T00:00:00Z");

function tell(seconds: number, ...names: string[]): void {
  const samples = names.map(
    (name): MetricSample => ({
      name,
      cpuPercent: seconds,
      memoryBytes: null,
      tasks: null,
      ioReadBytesPerSec: null,
      ioWriteBytesPerSec: null,
      netRxBytesPerSec: null,
      netTxBytesPerSec: null,
      missing: {},
    }),
  );
  liveMetrics.put({ at: new Date(START_MS + seconds * 1000).toISOString(), samples });
}

const seen = (name: string) => liveMetrics.of(name).map(({ cpuPercent }) => cpuPercent);

test("the last two minutes of each machine are kept, and no more", () => {
  const told = vi.fn();
  const stop = liveMetrics.subscribe(told);
  for (let seconds = 0; seconds <= 130; seconds += 10) tell(seconds, "one", ...(seconds < 30 ? ["two"] : []));
  expect(seen("one")).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130]);
  expect(told).toHaveBeenCalledTimes(14);
  stop();
  const two = liveMetrics.of("two");
  tell(131, "one");
  // Who is drawn by it is drawn again only when more is told of it.
  expect(liveMetrics.of("two")).toBe(two);
  tell(141, "one");
  expect(seen("two")).toEqual([]);
  // What came twice, or late, by way of two subscriptions counts once.
  tell(141, "one");
  expect(seen("one").filter((value) => value === 141)).toHaveLength(1);
});
