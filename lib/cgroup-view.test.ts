import { describe, expect, test } from "vitest";

import {
  type CgroupQuery,
  countOmitted,
  filterTree,
  findGroup,
  formatCgroupQuery,
  parseCgroupQuery,
  pathTo,
  relativePath,
  toRows,
  worstPressure,
} from "./cgroup-view";
import type { Cgroup } from "./cgroups";
import { aGroup, aProcess, aStall } from "./test-cgroups";
import { stepOf } from "./tree-keys";

const PLAIN: CgroupQuery = {
  view: "tree",
  measure: "memory",
  text: "",
  sort: "tree",
  reverse: false,
  closed: [],
  at: "",
};

/** As systemd-cgls has it: the processes of a group before the groups in it. */
const ROOT = aGroup("/m.service", {
  children: [
    aGroup("/m.service/payload", {
      children: [
        aGroup("/m.service/payload/init.scope", {
          cpuPercent: 5,
          memoryBytes: 10,
          processes: [aProcess(61, { machinePid: 1, command: "/usr/lib/systemd/systemd" })],
        }),
        aGroup("/m.service/payload/system.slice", {
          cpuPercent: 1,
          memoryBytes: null,
          children: [
            aGroup("/m.service/payload/system.slice/dbus.service", {
              processes: [
                aProcess(94, { machinePid: 21, user: "messagebus", command: "dbus-daemon", cpuPercent: 1 }),
                aProcess(95, { machinePid: 22, command: "helper", cpuPercent: 3 }),
              ],
            }),
          ],
        }),
        aGroup("/m.service/payload/a.slice", { cpuPercent: null, memoryBytes: 30, processes: [aProcess(70)] }),
      ],
    }),
    aGroup("/m.service/supervisor", { processes: [aProcess(58, { machinePid: null, command: "systemd-nspawn" })] }),
  ],
});

const names = (query: Partial<CgroupQuery>) =>
  toRows(ROOT, { ...PLAIN, ...query }).map((row) => (row.kind === "group" ? row.group.name : row.process.command));
const keysOf = (query: Partial<CgroupQuery>) => toRows(ROOT, { ...PLAIN, ...query }).map(({ key }) => key);

describe("the rows", () => {
  test("are in the order of systemd-cgls, each with its place", () => {
    expect(names({})).toEqual([
      "m.service",
      "payload",
      "init.scope",
      "/usr/lib/systemd/systemd",
      "system.slice",
      "dbus.service",
      "dbus-daemon",
      "helper",
      "a.slice",
      "command 70",
      "supervisor",
      "systemd-nspawn",
    ]);
    const daemon = toRows(ROOT, PLAIN)[6];
    expect(daemon).toMatchObject({
      level: 5,
      place: 1,
      siblings: 2,
      parent: "/m.service/payload/system.slice/dbus.service",
    });
  });

  test("are sorted among their siblings, the largest first and what is not known last, whichever way", () => {
    const groups = (query: Partial<CgroupQuery>) =>
      names(query).filter((name) => ["init.scope", "system.slice", "a.slice"].includes(name));
    expect(groups({ sort: "cpu" })).toEqual(["init.scope", "system.slice", "a.slice"]);
    expect(groups({ sort: "cpu", reverse: true })).toEqual(["system.slice", "init.scope", "a.slice"]);
    expect(groups({ sort: "memory" })).toEqual(["a.slice", "init.scope", "system.slice"]);
    expect(groups({ sort: "name" })).toEqual(["a.slice", "init.scope", "system.slice"]);
    expect(groups({ sort: "name", reverse: true })).toEqual(["system.slice", "init.scope", "a.slice"]);
    expect(names({ sort: "cpu" }).indexOf("helper")).toBeLessThan(names({ sort: "cpu" }).indexOf("dbus-daemon"));
  });

  test("of a folded group are left out, and found by a text all the same", () => {
    expect(names({ closed: ["payload"] })).toEqual(["m.service", "payload", "supervisor", "systemd-nspawn"]);
    expect(names({ closed: ["payload"], text: "dbus-daemon" })).toContain("dbus-daemon");
  });

  test.each([
    ["helper", ["m.service", "payload", "system.slice", "dbus.service", "helper"]],
    ["messagebus", ["m.service", "payload", "system.slice", "dbus.service", "dbus-daemon"]],
    ["58", ["m.service", "supervisor", "systemd-nspawn"]],
    ["dbus.service", ["m.service", "payload", "system.slice", "dbus.service", "dbus-daemon", "helper"]],
    ["nothing of the kind", []],
  ])("that fit %j are shown with all above them", (text, expected) => {
    expect(names({ text })).toEqual(expected);
  });

  test("have keys that are their own", () => {
    expect(new Set(keysOf({})).size).toBe(keysOf({}).length);
  });
});

test("the worst pressure is told", () => {
  const pressure = { cpu: aStall(1), memory: aStall(0), io: aStall(2.5) };
  expect(worstPressure(pressure)).toEqual({ resource: "io", percent: 2.5 });
  expect(worstPressure(null)).toBeNull();
});

test("what is not told is counted over the whole tree", () => {
  const root = aGroup("/r", {
    omittedProcesses: 1,
    children: [aGroup("/r/a", { omittedProcesses: 2, omittedChildren: 3 })],
  });
  expect(countOmitted(root)).toEqual({ processes: 3, groups: 3 });
});

test("a group is found by its relative path, and the way to it", () => {
  const found = findGroup(ROOT, "payload/system.slice");
  expect(relativePath(ROOT, found)).toBe("payload/system.slice");
  expect(pathTo(ROOT, found).map(({ name }) => name)).toEqual(["m.service", "payload", "system.slice"]);
  expect(findGroup(ROOT, "payload/gone.slice")).toBe(ROOT);
  expect(findGroup(ROOT, "")).toBe(ROOT);
});

test("a filter leaves the tree itself as it is", () => {
  const before = JSON.stringify(ROOT);
  expect(filterTree(ROOT, "helper")).not.toBe(ROOT);
  expect(JSON.stringify(ROOT)).toBe(before);
});

describe("the address", () => {
  test("is plain for the plain view, and read back as it was written", () => {
    expect(formatCgroupQuery(PLAIN).toString()).toBe("");
    const query: CgroupQuery = {
      view: "treemap",
      measure: "cpu",
      text: "ssh d",
      sort: "memory",
      reverse: true,
      closed: ["payload/a b", "supervisor"],
      at: "payload/system.slice",
    };
    expect(parseCgroupQuery(formatCgroupQuery(query))).toEqual(query);
  });

  test("of nonsense is the plain one", () => {
    const nonsense = `as=cube&area=soul&sort=size&order=up&closed=&at=${"x".repeat(2000)}`;
    expect(parseCgroupQuery(new URLSearchParams(nonsense))).toEqual(PLAIN);
    const many = new URLSearchParams(Array.from({ length: 80 }, (_, index) => ["closed", `g${index}`]));
    expect(parseCgroupQuery(many).closed).toHaveLength(50);
  });
});

describe("the keyboard", () => {
  const rows = toRows(ROOT, PLAIN);
  const at = (name: string) => rows.findIndex((row) => row.kind === "group" && row.group.name === name);
  test("walks, unfolds, folds, and goes up to the group", () => {
    expect(stepOf("ArrowDown", rows, 0)).toEqual({ to: 1 });
    expect(stepOf("ArrowUp", rows, 0)).toEqual({ to: 0 });
    expect(stepOf("End", rows, 0)).toEqual({ to: rows.length - 1 });
    expect(stepOf("Home", rows, 5)).toEqual({ to: 0 });
    expect(stepOf("ArrowLeft", rows, at("system.slice"))).toEqual({ open: false });
    expect(stepOf("ArrowRight", rows, at("system.slice"))).toEqual({ to: at("dbus.service") });
    expect(stepOf("ArrowLeft", rows, at("dbus.service") + 1)).toEqual({ to: at("dbus.service") });
    expect(stepOf("ArrowRight", rows, at("dbus.service") + 1)).toBeNull();
    expect(stepOf("x", rows, 0)).toBeNull();
  });

  test("unfolds what is folded", () => {
    const folded = toRows(ROOT, { ...PLAIN, closed: ["payload"] });
    expect(stepOf("ArrowRight", folded, 1)).toEqual({ open: true });
    expect(stepOf("Enter", folded, 1)).toEqual({ open: true });
    expect(stepOf("ArrowLeft", folded, 1)).toEqual({ to: 0 });
  });

  test("never folds the topmost", () => {
    expect(stepOf("ArrowLeft", rows, 0)).toBeNull();
    expect(stepOf("Enter", rows, 0)).toBeNull();
    expect(stepOf("ArrowRight", rows, 0)).toEqual({ to: 1 });
  });
});

test("every group has some row", () => {
  const count = (group: Cgroup): number => group.children.reduce((sum, child) => sum + count(child), 1);
  expect(toRows(ROOT, PLAIN).filter(({ kind }) => kind === "group")).toHaveLength(count(ROOT));
});
