import { expect, test } from "vitest";

import { NOTHING_SELECTED, toggleAllRows, toggleRow } from "./row-selection";

const ORDER = ["a", "b", "c", "d", "e"];
const names = ({ names }: { names: ReadonlySet<string> }) => [...names].sort();

test("a row is selected, and taken out again", () => {
  const one = toggleRow(NOTHING_SELECTED, ORDER, "b", false);
  expect(names(one)).toEqual(["b"]);
  expect(names(toggleRow(one, ORDER, "b", false))).toEqual([]);
});

test("a range goes from the row touched last to this one, either way, and takes this one's new state", () => {
  const one = toggleRow(NOTHING_SELECTED, ORDER, "d", false);
  const range = toggleRow(one, ORDER, "b", true);
  expect(names(range)).toEqual(["b", "c", "d"]);
  expect(names(toggleRow(range, ORDER, "d", true))).toEqual([]);
});

test("a range whose beginning is not shown, or was never touched, is the row alone", () => {
  expect(names(toggleRow(NOTHING_SELECTED, ORDER, "c", true))).toEqual(["c"]);
  const hidden = toggleRow(NOTHING_SELECTED, ORDER, "a", false);
  expect(names(toggleRow(hidden, ["b", "c"], "c", true))).toEqual(["a", "c"]);
});

test("all shown rows are selected at once, then taken out; hidden ones stay as they are", () => {
  const hidden = toggleRow(NOTHING_SELECTED, ORDER, "e", false);
  const all = toggleAllRows(hidden, ["a", "b"]);
  expect(names(all)).toEqual(["a", "b", "e"]);
  expect(names(toggleAllRows(all, ["a", "b"]))).toEqual(["e"]);
});
