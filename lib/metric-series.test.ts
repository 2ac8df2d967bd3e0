import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  formatMetricQuery,
  METRIC_RANGES,
  nearestIndex,
  niceTop,
  parseMetricQuery,
  peakOf,
  piecesOf,
  type TimedValues,
} from "./metric-series";

function point(atMs: number, cpuPercent: number | null, memoryBytes: number | null = null): TimedValues {
  const nothing = {
    tasks: null,
    ioReadBytesPerSec: null,
    ioWriteBytesPerSec: null,
    netRxBytesPerSec: null,
    netTxBytesPerSec: null,
  };
  return { atMs, cpuPercent, memoryBytes, ...nothing };
}

describe("a line of metrics", () => {
  it("breaks where a value is missing, and where nothing was read", () => {
    const points = [point(0, 1), point(1000, 2), point(2000, null), point(3000, 3), point(5000, 4), point(9000, 5)];
    const pieces = piecesOf(points, "cpuPercent", 1000).map((piece) => piece.map(({ value }) => value));
    expect(pieces).toEqual([[1, 2], [3, 4], [5]]);
    expect(piecesOf(points, "memoryBytes", 1000)).toEqual([]);
  });

  it("has a peak over all that is drawn together", () => {
    const points = [point(0, 1, 7), point(1000, null, 3), point(2000, 9)];
    expect(peakOf(points, ["cpuPercent"])).toBe(9);
    expect(peakOf(points, ["cpuPercent", "memoryBytes"])).toBe(9);
    expect(peakOf(points, ["tasks"])).toBeNull();
  });
});

it("finds the point nearest to a moment", () => {
  const times = fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(times, fc.integer({ min: -10, max: 1010 }), (unsorted, atMs) => {
      const points = unsorted.sort((a, b) => a - b).map((one) => ({ atMs: one }));
      const found = points[nearestIndex(points, atMs)]?.atMs ?? Number.NaN;
      expect(Math.abs(found - atMs)).toBe(Math.min(...points.map((one) => Math.abs(one.atMs - atMs))));
    }),
  );
  expect(nearestIndex([], 5)).toBe(-1);
});

it.each([
  [0, 10, 1],
  [0.4, 10, 0.5],
  [3, 10, 5],
  [50, 10, 50],
  [51, 10, 100],
  [100, 10, 100],
  [1025, 1024, 2048],
  [3 * 1024 * 1024, 1024, 4 * 1024 * 1024],
  [900, 1024, 1024],
] as const)("the scale of %d (base %d) ends at %d", (value, base, top) =>
  expect(niceTop(value, base)).toBeCloseTo(top),
);

it("keeps the range in the address, the usual one unsaid", () => {
  for (const range of METRIC_RANGES) expect(parseMetricQuery(formatMetricQuery({ range }))).toEqual({ range });
  expect(formatMetricQuery({ range: "live" }).toString()).toBe("");
  expect(parseMetricQuery(new URLSearchParams("range=1y"))).toEqual({ range: "live" });
});
