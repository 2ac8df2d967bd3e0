import { expect, test } from "vitest";

import type { JournalLine } from "@/server/systemd/journal";
import { linesOfLastRun } from "./last-run";

let count = 0;

function line(message: string, invocation: string | null, pid = 1): JournalLine {
  count += 1;
  const entry = { cursor: `${count}`, at: new Date(count).toISOString(), priority: 6, unit: "x.service" };
  return { entry: { ...entry, identifier: pid === 1 ? "systemd" : "systemd-nspawn", pid, message }, invocation };
}

const FIRST = [line("Starting", "a"), line("no such tree", "a", 40), line("Failed", "a")];
const told = (lines: readonly JournalLine[], id: string) => linesOfLastRun(lines, id).map(({ entry }) => entry.message);

test.each([
  ["by the id systemd has of it", "b"],
  ["by the last line, where systemd has forgotten it", ""],
])("is found %s", (_, id) => {
  const second = [line("Starting", "b"), line("no such bridge", "b", 41), line("Failed", "b")];
  expect(told([...FIRST, ...second], id)).toEqual(["Starting", "no such bridge", "Failed"]);
});

test.each([
  ["known", "b"],
  ["forgotten", ""],
])("has a line of which journald knows the unit alone, where its id is %s", (_, id) => {
  const second = [line("Starting", "b"), line("no such interface", null, 42), line("Failed", "b")];
  expect(told([...FIRST, ...second], id)).toEqual(["Starting", "no such interface", "Failed"]);
});

test("has a last line of which journald knows the unit alone", () => {
  const second = [line("Starting", "b"), line("Failed", "b"), line("no such interface", null, 42)];
  expect(told([...FIRST, ...second], "")).toEqual(["Starting", "Failed", "no such interface"]);
});

test("is what PID 1 said of refusing to run it, where it did not run", () => {
  expect(told([...FIRST, line("skipped: an unmet condition", null)], "")).toEqual(["skipped: an unmet condition"]);
  expect(told([...FIRST, line("skipped: an unmet condition", null)], "a")).toEqual([
    "Starting",
    "no such tree",
    "Failed",
  ]);
});

test("has nothing of a run whose beginning is not among the lines", () => {
  expect(told([line("the end of an older run", null, 39), ...FIRST], "a")).toEqual([
    "Starting",
    "no such tree",
    "Failed",
  ]);
  expect(told([], "a")).toEqual([]);
  expect(told([], "")).toEqual([]);
});
