import type { Pressure, PressureOfAll } from "./cgroup-accounting";
import type { Cgroup, CgroupProcess } from "./cgroups";
import { matchesWords } from "./match-words";

export const SORT_KEYS = ["tree", "name", "cpu", "memory", "tasks", "pressure"] as const;
/** "tree": as systemd-cgls has them. */
export type SortKey = (typeof SORT_KEYS)[number];
export const CGROUP_VIEWS = ["tree", "treemap"] as const;
export const MEASURES = ["memory", "cpu"] as const;
export type Measure = (typeof MEASURES)[number];

/** What of the groups is shown, as the page's address has it. */
export interface CgroupQuery {
  view: (typeof CGROUP_VIEWS)[number];
  /** What an area of the treemap stands for. */
  measure: Measure;
  text: string;
  sort: SortKey;
  /** The reverse: the smallest first, names from Z. */
  reverse: boolean;
  /** Groups whose rows are folded away, relative to the topmost. */
  closed: readonly string[];
  /** The group the treemap shows, relative to the topmost; "" is that itself. */
  at: string;
}

const MAX_CLOSED = 50;
const MAX_PATH = 1000;

/** Takes any address; what it does not understand counts as not given. */
export function parseCgroupQuery(params: URLSearchParams): CgroupQuery {
  const relative = (path: string) => path !== "" && path.length <= MAX_PATH;
  const at = params.get("at") ?? "";
  return {
    view: CGROUP_VIEWS.find((view) => view === params.get("as")) ?? "tree",
    measure: MEASURES.find((measure) => measure === params.get("area")) ?? "memory",
    text: (params.get("q") ?? "").slice(0, 200),
    sort: SORT_KEYS.find((key) => key === params.get("sort")) ?? "tree",
    reverse: params.get("order") === "reverse",
    closed: params.getAll("closed").filter(relative).slice(0, MAX_CLOSED),
    at: relative(at) ? at : "",
  };
}

export function formatCgroupQuery(query: CgroupQuery): URLSearchParams {
  const { view, measure, text, sort, reverse, closed, at } = query;
  const given: [string, string][] = [
    ["as", view === "tree" ? "" : view],
    ["area", view === "treemap" && measure !== "memory" ? measure : ""],
    ["at", view === "treemap" ? at : ""],
    ["q", text],
    ["sort", sort === "tree" ? "" : sort],
    ["order", reverse ? "reverse" : ""],
    ...closed.slice(0, MAX_CLOSED).map((path): [string, string] => ["closed", path]),
  ];
  return new URLSearchParams(given.filter(([, value]) => value !== ""));
}

/** A row of the tree: a group, or a process in one. */
export type CgroupRow = {
  key: string;
  /** 1 is the topmost, as aria-level counts. */
  level: number;
  /** Its place among its siblings, from 1, and how many those are. */
  place: number;
  siblings: number;
  /** The key of the group it is in; null for the topmost. */
  parent: string | null;
} & ({ kind: "group"; group: Cgroup; open: boolean } | { kind: "process"; process: CgroupProcess; group: Cgroup });

/** What one row is sorted by. */
interface Figures {
  name: string;
  cpu: number | null;
  memory: number | null;
  tasks: number | null;
  pressure: number | null;
}

function figuresOfGroup(group: Cgroup): Figures {
  const { name, cpuPercent: cpu, memoryBytes: memory, tasks, pressure } = group;
  return { name, cpu, memory, tasks, pressure: worstPressure(pressure)?.percent ?? null };
}

function figuresOfProcess({ command, cpuPercent, residentBytes }: CgroupProcess): Figures {
  return { name: command, cpu: cpuPercent, memory: residentBytes, tasks: null, pressure: null };
}

/** The resource for which some tasks waited the most in the last ten seconds. */
export function worstPressure(
  pressure: PressureOfAll | null,
): { resource: keyof PressureOfAll; percent: number } | null {
  if (pressure === null) return null;
  const of = ({ some }: Pressure) => some.avg10;
  const all = (["cpu", "memory", "io"] as const).map((resource) => ({ resource, percent: of(pressure[resource]) }));
  return all.reduce((worst, one) => (one.percent > worst.percent ? one : worst));
}

/** Largest first, and what is not known last whichever way; names from A. Equal ones stay as systemd-cgls has them. */
function sortBy<T>(
  items: readonly T[],
  { sort, reverse }: Pick<CgroupQuery, "sort" | "reverse">,
  of: (item: T) => Figures,
): T[] {
  const direction = reverse ? -1 : 1;
  if (sort === "tree") return reverse ? items.toReversed() : [...items];
  if (sort === "name") return items.toSorted((a, b) => direction * compareNames(of(a).name, of(b).name));
  return items.toSorted((a, b) => {
    const [one, other] = [of(a)[sort], of(b)[sort]];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return direction * (other - one);
  });
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a process is looked for: by its command, user, or either PID. */
function processFits({ command, user, pid, machinePid }: CgroupProcess, text: string): boolean {
  return matchesWords([command, user, String(pid), machinePid === null ? null : String(machinePid)], text);
}

/** The tree with what fits the text, and all above it; a group that fits by its own name keeps all it has. Null where nothing fits. */
export function filterTree(group: Cgroup, text: string): Cgroup | null {
  if (text.trim() === "" || matchesWords([group.name], text)) return group;
  const processes = group.processes.filter((process) => processFits(process, text));
  const children = group.children.map((child) => filterTree(child, text)).filter((child) => child !== null);
  return processes.length + children.length === 0 ? null : { ...group, processes, children };
}

/** A group's path from the topmost on: shorter in an address, and the same after a restart of the host. */
export function relativePath(root: Cgroup, group: Cgroup): string {
  return group.path.slice(root.path.length + 1);
}

type RowOptions = Pick<CgroupQuery, "text" | "sort" | "reverse" | "closed">;

/** The rows to show, in their order. What is looked for by a text is shown also where its group is folded away. */
export function toRows(root: Cgroup, query: RowOptions): CgroupRow[] {
  const shown = filterTree(root, query.text);
  if (shown === null) return [];
  const closed = new Set(query.text.trim() === "" ? query.closed : []);
  const rows: CgroupRow[] = [];
  const visit = (group: Cgroup, at: Omit<CgroupRow, "key" | "kind" | "group" | "open" | "process">) => {
    const open = !closed.has(relativePath(root, group));
    rows.push({ key: group.path, kind: "group", group, open, ...at });
    if (!open) return;
    const siblings = group.processes.length + group.children.length;
    const inside = (index: number) => ({ level: at.level + 1, place: index + 1, siblings, parent: group.path });
    for (const [index, process] of sortBy(group.processes, query, figuresOfProcess).entries())
      rows.push({ key: processKey(process), kind: "process", process, group, ...inside(index) });
    for (const [index, child] of sortBy(group.children, query, figuresOfGroup).entries())
      visit(child, inside(group.processes.length + index));
  };
  visit(shown, { level: 1, place: 1, siblings: 1, parent: null });
  return rows;
}

export function processKey({ pid, startTicks }: CgroupProcess): string {
  return `${pid}@${startTicks}`;
}

/** How many are not told because the tree is too large, in all. */
export function countOmitted(group: Cgroup): { processes: number; groups: number } {
  const sum = { processes: group.omittedProcesses, groups: group.omittedChildren };
  for (const child of group.children.map(countOmitted)) {
    sum.processes += child.processes;
    sum.groups += child.groups;
  }
  return sum;
}

/** The group of a relative path; the topmost where there is none such (any more). */
export function findGroup(root: Cgroup, relative: string): Cgroup {
  if (relative === "") return root;
  const wanted = `${root.path}/${relative}`;
  const search = (group: Cgroup): Cgroup | null =>
    group.path === wanted
      ? group
      : (group.children.filter(({ path }) => path === wanted || wanted.startsWith(`${path}/`)).map(search)[0] ?? null);
  return search(root) ?? root;
}

/** The group and all above it, the topmost first. */
export function pathTo(root: Cgroup, group: Cgroup): Cgroup[] {
  if (root.path === group.path) return [root];
  const next = root.children.find(({ path }) => group.path === path || group.path.startsWith(`${path}/`));
  return next ? [root, ...pathTo(next, group)] : [root];
}
