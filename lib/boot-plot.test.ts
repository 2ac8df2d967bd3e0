import { describe, expect, test } from "vitest";

import { barsOf, pan, targetMarkers, zoom } from "./boot-plot";

const row = (unit: string, ...times: [number, number, number, number]) => ({
  unit,
  activating: times[0],
  activated: times[1],
  deactivating: times[2],
  deactivated: times[3],
  took: times[1] - times[0],
});

test("only phases that took time have a bar", () => {
  expect(barsOf(row("a.service", 1, 4, 9, 9))).toEqual([
    { phase: "activating", from: 1, to: 4 },
    { phase: "active", from: 4, to: 9 },
  ]);
  expect(barsOf(row("b.service", 1, 4, 4, 6)).map(({ phase }) => phase)).toEqual(["activating", "deactivating"]);
});

test("milestones and the boot's own target are marked, those that were reached", () => {
  const rows = [
    row("graphical.target", 8, 8, 9, 9),
    row("sysinit.target", 2, 2, 9, 9),
    row("sleep.target", 3, 3, 9, 9),
    row("own.target", 5, 5, 9, 9),
    row("basic.target", 10, 10, 10, 10),
  ];
  expect(targetMarkers(rows, "own.target", 9).map(({ unit }) => unit)).toEqual([
    "sysinit.target",
    "own.target",
    "graphical.target",
  ]);
});

describe("what is seen", () => {
  const whole = [0, 1_000_000] as const;
  test("zooms around a point, which stays where it is", () => {
    expect(zoom(whole, 2, 500_000, whole)).toEqual([250_000, 750_000]);
    expect(zoom(whole, 4, 0, whole)).toEqual([0, 250_000]);
    expect(zoom([0, 250_000], 0.1, 0, whole)).toEqual(whole);
    expect(zoom([0, 2000], 100, 1000, whole)).toEqual([500, 1500]);
  });
  test("moves as far as there is something", () => {
    expect(pan([0, 400_000], 200_000, whole)).toEqual([200_000, 600_000]);
    expect(pan([0, 400_000], 900_000, whole)).toEqual([600_000, 1_000_000]);
    expect(pan([100_000, 400_000], -900_000, whole)).toEqual([0, 300_000]);
  });
});
