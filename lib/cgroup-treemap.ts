import type { Measure } from "./cgroup-view";
import { processKey } from "./cgroup-view";
import type { Cgroup, CgroupProcess } from "./cgroups";

/** What a treemap is laid out from: a branch has its parts, and an area as large as theirs; a leaf has its own. */
export interface TreemapNode {
  key: string;
  label: string;
  /** The group it is, or in which it is. */
  path: string;
  kind: "group" | "process" | "rest";
  /** Bytes, or percent of a core; 0 for a branch. */
  value: number;
  children: TreemapNode[];
}

export interface Treemap {
  root: TreemapNode;
  /** Of all leaves. */
  total: number;
  /** "processes": the host does not account the groups, so an area is what the processes have themselves. */
  from: "cgroup" | "processes";
}

const isUsed = ({ value, children }: TreemapNode) => value > 0 || children.length > 0;

/** What part of a group each of those in it takes. Of memory the host does not account it is the resident one of the processes. */
export function toTreemap(group: Cgroup, measure: Measure): Treemap {
  const from = valueOfGroup(group, measure) === null ? "processes" : "cgroup";
  const root = from === "cgroup" ? fromGroups(group, measure) : fromProcesses(group, measure);
  return { root, total: totalOf(root), from };
}

function valueOfGroup(group: Cgroup, measure: Measure): number | null {
  if (measure === "memory") return group.memoryBytes;
  return group.cpuFrom === "cgroup" ? group.cpuPercent : null;
}

function valueOfProcess(process: CgroupProcess, measure: Measure): number {
  return (measure === "memory" ? process.residentBytes : process.cpuPercent) ?? 0;
}

/** A group's own figure is the truth: what its children do not have of it is its own, or was used by processes that have ended. */
function fromGroups(group: Cgroup, measure: Measure): TreemapNode {
  const value = valueOfGroup(group, measure) ?? 0;
  const children = group.children.map((child) => fromGroups(child, measure)).filter(isUsed);
  const rest = value - children.reduce((sum, child) => sum + totalOf(child), 0);
  if (children.length === 0) return { ...branch(group), value };
  if (rest <= 0) return { ...branch(group), children };
  const own: TreemapNode = { ...branch(group), key: `rest of ${group.path}`, kind: "rest", value: rest };
  return { ...branch(group), children: [...children, own] };
}

function fromProcesses(group: Cgroup, measure: Measure): TreemapNode {
  const processes = group.processes.map(
    (process): TreemapNode => ({
      key: processKey(process),
      label: process.command,
      path: group.path,
      kind: "process",
      value: valueOfProcess(process, measure),
      children: [],
    }),
  );
  const children = [...processes, ...group.children.map((child) => fromProcesses(child, measure))];
  return { ...branch(group), children: children.filter(isUsed) };
}

function branch({ path, name }: Cgroup): TreemapNode {
  return { key: path, label: name, path, kind: "group", value: 0, children: [] };
}

export function totalOf({ value, children }: TreemapNode): number {
  return children.reduce((sum, child) => sum + totalOf(child), value);
}
