import { expect, test } from "vitest";

import { type TreemapNode, toTreemap, totalOf } from "./cgroup-treemap";
import { aGroup, aProcess } from "./test-cgroups";

/** "name=value" of each leaf. */
function leaves(node: TreemapNode): string[] {
  if (node.children.length > 0) return node.children.flatMap(leaves);
  return [`${node.kind === "rest" ? "rest of " : ""}${node.label}=${node.value}`];
}

test("an area is what the host accounts the group; what its children do not have of it is its own", () => {
  const root = aGroup("/r", {
    memoryBytes: 100,
    children: [
      aGroup("/r/a", { memoryBytes: 60, children: [aGroup("/r/a/x", { memoryBytes: 60 })] }),
      aGroup("/r/b", { memoryBytes: 30 }),
      aGroup("/r/c", { memoryBytes: 0 }),
    ],
  });
  const { root: map, total, from } = toTreemap(root, "memory");
  expect(from).toBe("cgroup");
  expect(total).toBe(100);
  expect(leaves(map)).toEqual(["x=60", "b=30", "rest of r=10"]);
});

test("children that were read a moment later, and have more than their group, take no less than they have", () => {
  const root = aGroup("/r", { memoryBytes: 50, children: [aGroup("/r/a", { memoryBytes: 60 })] });
  expect(toTreemap(root, "memory").total).toBe(60);
});

test("memory the host does not account is told by the processes", () => {
  const root = aGroup("/r", {
    memoryBytes: null,
    processes: [aProcess(1, { residentBytes: 10, command: "one" })],
    children: [aGroup("/r/a", { processes: [aProcess(2, { residentBytes: 5, command: "two" })] }), aGroup("/r/b")],
  });
  const { root: map, total, from } = toTreemap(root, "memory");
  expect(from).toBe("processes");
  expect(total).toBe(15);
  expect(leaves(map)).toEqual(["one=10", "two=5"]);
});

test("CPU that is not measured yet, or used by nobody, is no area", () => {
  expect(toTreemap(aGroup("/r", { cpuPercent: null }), "cpu").total).toBe(0);
  expect(toTreemap(aGroup("/r", { cpuPercent: 0, children: [aGroup("/r/a")] }), "cpu").total).toBe(0);
});

test("CPU that is only known of the processes is summed over them", () => {
  const root = aGroup("/r", {
    cpuFrom: "processes",
    cpuPercent: 12,
    processes: [aProcess(1, { cpuPercent: 4 }), aProcess(2, { cpuPercent: 8 }), aProcess(3)],
  });
  const map = toTreemap(root, "cpu");
  expect(map.from).toBe("processes");
  expect(totalOf(map.root)).toBe(12);
});
