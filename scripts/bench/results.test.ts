import { expect, test } from "vitest";

import { failure, formatTable, median, quantile, result } from "./results";

test("a figure passes up to its target, and is judged before it is rounded", () => {
  expect(result("a", 60, "ms", 60).pass).toBe(true);
  expect(result("a", 60.001, "ms", 60)).toMatchObject({ value: 60, pass: false });
  expect(result("a", 3, "ms").pass).toBe(null);
});

test("what is no number is never a figure", () => {
  expect(() => result("a", Number.NaN, "ms", 60)).toThrow("a: nothing was measured");
  expect(() => median([])).toThrow("nothing was measured");
});

test("a quantile is one of the values, whatever their order", () => {
  const values = [30, 10, 20, 50, 40];
  expect(median(values)).toBe(30);
  expect(quantile(values, 0.95)).toBe(50);
  expect(quantile([7], 0.95)).toBe(7);
  expect(values).toEqual([30, 10, 20, 50, 40]);
});

test("the table tells what was reached, missed, and not measured, and why", () => {
  const table = formatTable([
    result("list", 2, "ms"),
    result("ratio", 0.2, "×", 0.3),
    result("echo", 5, "ms", 3),
    failure("idle", new Error("no page\nat somewhere")),
  ]);
  expect(table.split("\n")).toEqual([
    "list   2 ms",
    "ratio  0.2 ×         ≤ 0.3 ×  reached",
    "echo   5 ms          ≤ 3 ms   MISSED",
    "idle   not measured           FAILED: no page",
  ]);
});
