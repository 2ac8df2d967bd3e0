import { expect, test } from "vitest";

import { MACHINE_SORTS } from "./filter-machines";
import type { Machine } from "./machine";
import { sortMachines, type UseOf } from "./sort-machines";

const NOBODY: Machine = {
  name: "",
  state: "stopped",
  stateSince: null,
  class: null,
  service: null,
  os: null,
  addresses: [],
  leaderPid: null,
  unit: null,
  rootDirectory: null,
  image: null,
  since: null,
  enabled: null,
  readOnly: null,
  uidShift: null,
  result: null,
};

const MACHINES: readonly Machine[] = [
  { ...NOBODY, name: "a", os: { id: "debian", name: "Debian", version: "12" } },
  { ...NOBODY, name: "b", state: "running", since: "2026-01-02T00:00:00Z", addresses: ["10.0.0.10"], enabled: true },
  { ...NOBODY, name: "c", state: "failed", os: { id: "arch", name: "Arch Linux", version: null } },
  { ...NOBODY, name: "node-2", state: "running", since: "2026-01-01T00:00:00Z", addresses: ["10.0.0.9"] },
  { ...NOBODY, name: "node-10" },
];

const USES: Record<string, ReturnType<UseOf>> = {
  b: { cpuPercent: 4, memoryBytes: null },
  "node-2": { cpuPercent: 30, memoryBytes: 1024 },
};

const order = (sort: (typeof MACHINE_SORTS)[number], descending = false) =>
  sortMachines(MACHINES, sort, descending, ({ name }) => USES[name])
    .map(({ name }) => name)
    .join(" ");

test.each([
  ["name", "a b c node-2 node-10", "node-10 node-2 c b a"],
  ["state", "b node-2 a node-10 c", "c a node-10 b node-2"],
  // The youngest first; what does not run comes last, either way.
  ["uptime", "b node-2 a c node-10", "node-2 b a c node-10"],
  ["os", "c a b node-2 node-10", "a c b node-2 node-10"],
  ["address", "node-2 b a c node-10", "b node-2 a c node-10"],
  ["cpu", "b node-2 a c node-10", "node-2 b a c node-10"],
  ["memory", "node-2 a b c node-10", "node-2 a b c node-10"],
  ["boot", "b a c node-2 node-10", "a c node-2 node-10 b"],
] as const)("by %s: %s, or %s", (sort, ascending, descending) => {
  expect(order(sort)).toBe(ascending);
  expect(order(sort, true)).toBe(descending);
});

test("the list that was given stays as it is", () => {
  for (const sort of MACHINE_SORTS) order(sort, true);
  expect(MACHINES.map(({ name }) => name)).toEqual(["a", "b", "c", "node-2", "node-10"]);
});
