import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  countStates,
  filterMachines,
  formatMachineQuery,
  MACHINE_SORTS,
  parseMachineQuery,
  WHOLE_LIST,
} from "./filter-machines";
import { MACHINE_STATES, type Machine } from "./machine";
import { MACHINE_VERBS, mayApply } from "./machine-verbs";

function machine(change: Partial<Machine>): Machine {
  return {
    name: "arch",
    state: "stopped",
    stateSince: null,
    class: null,
    service: null,
    os: { id: "arch", name: "Arch Linux", version: null },
    addresses: [],
    leaderPid: null,
    unit: null,
    rootDirectory: null,
    image: "arch",
    since: null,
    enabled: false,
    readOnly: false,
    uidShift: null,
    result: null,
    ...change,
  };
}

const list = [
  machine({}),
  machine({
    name: "deb-ci",
    state: "running",
    os: { id: "debian", name: "Debian GNU/Linux", version: "13" },
    addresses: ["10.0.0.7"],
  }),
  machine({ name: "bare", state: "failed", os: null }),
];

test.each([
  ["", ["arch", "deb-ci", "bare"]],
  ["  ", ["arch", "deb-ci", "bare"]],
  ["LINUX", ["arch", "deb-ci"]],
  ["debian 13", ["deb-ci"]],
  ["10.0.0", ["deb-ci"]],
  ["13 ci", ["deb-ci"]],
  ["arch 13", []],
])("%j finds %j", (text, names) => {
  expect(filterMachines(list, text).map(({ name }) => name)).toEqual(names);
});

test("states are counted, those of nobody as 0", () => {
  expect(countStates(list)).toEqual({ stopped: 1, starting: 0, running: 1, stopping: 0, failed: 1 });
});

describe("the query of the address", () => {
  test("survives being written and read", () => {
    const query = fc.record({
      text: fc.string({ unit: "grapheme" }),
      state: fc.constantFrom(null, ...MACHINE_STATES),
      sort: fc.constantFrom(...MACHINE_SORTS),
      descending: fc.boolean(),
    });
    fc.assert(
      fc.property(query, (one) => {
        expect(parseMachineQuery(new URLSearchParams(formatMachineQuery(one).toString()))).toEqual(one);
      }),
    );
  });

  test("is empty for the whole list, and what is not understood is left aside", () => {
    expect(formatMachineQuery(WHOLE_LIST).toString()).toBe("");
    expect(parseMachineQuery(new URLSearchParams("state=dead&sort=colour&x=1"))).toEqual(WHOLE_LIST);
  });
});

test.each([
  ["stopped", {}, ["start", "enable"]],
  ["enabled and failed", { state: "failed", enabled: true }, ["start", "disable"]],
  ["running", { state: "running", service: "systemd-nspawn" }, ["poweroff", "reboot", "terminate", "enable"]],
  ["starting, not yet registered", { state: "starting" }, ["enable"]],
  ["hanging on its way down", { state: "stopping", service: "systemd-nspawn" }, ["terminate", "enable"]],
  [
    "started by hand",
    { state: "running", service: "x", image: null, enabled: null },
    ["poweroff", "reboot", "terminate"],
  ],
] as const)("a machine that is %s can be told its due", (_, change, verbs) => {
  const one = machine(change);
  expect(MACHINE_VERBS.filter((verb) => mayApply(verb, one))).toEqual(verbs);
});
