import { describe, expect, it } from "vitest";

import type { BootRecordRow } from "./boot";
import { markSlower, median, usual, usualRange } from "./boot-history";

/** Newest first, in milliseconds. */
function rows(...milliseconds: number[]): BootRecordRow[] {
  return milliseconds.map((ms, index) => ({
    bootId: String(index),
    at: "2026-01-01T00:00:00.000Z",
    userspaceUsec: ms * 1000,
    target: "graphical.target",
    targetUsec: null,
    failed: 0,
    slowest: [],
  }));
}

const slower = (...milliseconds: number[]) => markSlower(rows(...milliseconds)).map((row) => row.slower);

describe("median", () => {
  it("is the middle, or between the two in the middle", () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNull();
  });
});

describe("a boot is clearly slower", () => {
  it("from a quarter above the usual on", () => {
    expect(slower(1260, 1000, 1000, 1000)[0]).toBe(true);
    expect(slower(1240, 1000, 1000, 1000)[0]).toBe(false);
  });

  it("only beyond what is its habit, where that varies much", () => {
    expect(slower(1700, 1000, 1400, 700, 1300, 900)[0]).toBe(false);
    expect(slower(2600, 1000, 1400, 700, 1300, 900)[0]).toBe(true);
  });

  it("not by a few milliseconds of a short boot", () => {
    expect(slower(290, 200, 200, 200)[0]).toBe(false);
    expect(slower(310, 200, 200, 200)[0]).toBe(true);
  });

  it("never where there are too few boots before it", () => {
    expect(slower(9000, 1000, 1000)).toEqual([false, false, false]);
    expect(markSlower(rows(9000, 1000, 1000))[0]?.usualUsec).toBeNull();
  });

  it("measured against the twenty before it, not against what came later or long ago", () => {
    const recent = Array.from({ length: 20 }, () => 2000);
    expect(slower(2100, ...recent, 100, 100, 100)[0]).toBe(false);
    expect(markSlower(rows(1000, 1000, 1000, 1000, 5000, 1000, 1000, 1000))[4]?.slower).toBe(true);
  });

  it("with the limit told", () => expect(usual([1000_000, 1000_000, 1000_000])?.limit).toBe(1_250_000));
});

it("the usual range is the middle half", () => {
  expect(usualRange(markSlower(rows(100, 200, 300, 400, 500)))).toEqual([200_000, 400_000]);
  expect(usualRange(markSlower(rows(100, 200)))).toBeNull();
  expect(usualRange(markSlower(rows(9000, 100, 200, 300, 400, 500)))).toEqual([200_000, 400_000]);
});
