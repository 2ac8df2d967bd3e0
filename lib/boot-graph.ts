/**
 * The maths of systemd-analyze(1): src/analyze/analyze-{time-data,blame,critical-chain,plot}.c of systemd 252, whose results the tools
 * and the page must share. All times are microseconds.
 */
import { formatTimespan } from "./boot-timespan";

/** What PID 1's manager says, raw: CLOCK_MONOTONIC, 0 where it did not happen; firmware and loader count back from the kernel's start. */
export interface ManagerStamps {
  firmware: number;
  loader: number;
  initrd: number;
  userspace: number;
  finish: number;
  /** Set by PID 1 outside containers only. */
  securityStart: number;
  generatorsStart: number;
  generatorsFinish: number;
  unitsLoadStart: number;
  unitsLoadFinish: number;
}

/** The four `…TimestampMonotonic` of a unit, raw; 0 where it did not happen. */
export interface UnitStamps {
  unit: string;
  inactiveExit: number;
  activeEnter: number;
  activeExit: number;
  inactiveEnter: number;
}

export interface BootTimes {
  /** A container shares the host's clock: its times are counted from the start of its own userspace. */
  mode: "host" | "container";
  /** What was taken off every raw stamp. */
  offset: number;
  firmware: number;
  loader: number;
  initrd: number;
  /** Start of userspace; 0 in a container, by its own count. */
  userspace: number;
  /** When the boot had finished; 0 while it goes on. */
  finish: number;
  kernelDone: number;
  generatorsStart: number;
  generatorsFinish: number;
  unitsLoadStart: number;
  unitsLoadFinish: number;
}

export interface UnitTimes {
  unit: string;
  activating: number;
  activated: number;
  deactivating: number;
  deactivated: number;
  /** How long its start took; 0 where it took none, or is not over. */
  took: number;
}

/** `subtract_timestamp()`; a stamp before the offset (another boot's) is clamped, where the tool would abort. */
function since(stamp: number, offset: number): number {
  return stamp > 0 ? Math.max(0, stamp - offset) : 0;
}

/** `acquire_boot_times()`. */
export function bootTimes(stamps: ManagerStamps): BootTimes {
  const { firmware, loader, initrd, userspace, finish } = stamps;
  if (stamps.securityStart > 0) {
    const { generatorsStart, generatorsFinish, unitsLoadStart, unitsLoadFinish } = stamps;
    const generators = { generatorsStart, generatorsFinish, unitsLoadStart, unitsLoadFinish };
    const kernelDone = initrd > 0 ? initrd : userspace;
    return { mode: "host", offset: 0, firmware, loader, initrd, userspace, finish, kernelDone, ...generators };
  }
  return {
    mode: "container",
    offset: userspace,
    firmware: 0,
    loader: 0,
    initrd: 0,
    userspace: 0,
    finish: since(finish, userspace),
    kernelDone: 0,
    generatorsStart: since(stamps.generatorsStart, userspace),
    generatorsFinish: since(stamps.generatorsFinish, userspace),
    unitsLoadStart: since(stamps.unitsLoadStart, userspace),
    unitsLoadFinish: since(stamps.unitsLoadFinish, userspace),
  };
}

/** `acquire_time_data()`: units that were never started are left out. */
export function unitTimes(stamps: readonly UnitStamps[], { offset }: BootTimes): UnitTimes[] {
  return stamps.flatMap((one) => {
    const activating = since(one.inactiveExit, offset);
    if (activating === 0) return [];
    const activated = since(one.activeEnter, offset);
    const deactivated = since(one.inactiveEnter, offset);
    const deactivating = since(one.activeExit, offset);
    const end = activated >= activating ? activated : Math.max(deactivated, activating);
    return [{ unit: one.unit, activating, activated, deactivating, deactivated, took: end - activating }];
  });
}

/** `verb_blame()`: what took time to start, the slowest first. */
export function blame(units: readonly UnitTimes[]): UnitTimes[] {
  return units.filter((unit) => unit.took > 0).sort((a, b) => b.took - a.took);
}

/** Share of the boot, and when the default target was reached; the lines of `systemd-analyze time`. */
export interface BootSpans {
  firmware: number | null;
  loader: number | null;
  kernel: number | null;
  initrd: number | null;
  userspace: number;
  /** Printed after "=", where something ran before userspace. */
  total: number | null;
}

/** `pretty_boot_time()`: null for what did not happen. Of a boot that goes on, `end` says up to when. */
export function bootSpans(times: BootTimes, end: number = times.finish): BootSpans {
  const positive = (usec: number) => (usec > 0 ? usec : null);
  return {
    firmware: positive(times.firmware - times.loader),
    loader: positive(times.loader),
    kernel: positive(times.kernelDone),
    initrd: times.initrd > 0 ? times.userspace - times.initrd : null,
    userspace: Math.max(0, end - times.userspace),
    total: times.kernelDone > 0 ? times.firmware + end : null,
  };
}

/** The two lines of `systemd-analyze time`. `targetReached` is the target's ActiveEnterTimestampMonotonic, raw. */
export function formatBootTime(times: BootTimes, target: string, targetReached: number): string {
  const spans = bootSpans(times);
  const parts = (["firmware", "loader", "kernel", "initrd", "userspace"] as const).flatMap((name) => {
    const usec = spans[name];
    return usec === null ? [] : [`${formatTimespan(usec)} (${name})`];
  });
  const total = spans.total === null ? "" : ` = ${formatTimespan(spans.total)}`;
  const reached = targetTime(times, targetReached);
  const second =
    reached === null
      ? `${target} was never reached.`
      : `${target} reached after ${formatTimespan(reached)} in userspace.`;
  return `Startup finished in ${parts.join(" + ")}${total}\n${second}`;
}

/** When the target was reached, counted from the start of userspace; null where it was not. */
export function targetTime(times: BootTimes, targetReached: number): number | null {
  if (targetReached <= 0) return null;
  return Math.max(0, targetReached - (times.userspace > 0 ? times.userspace : times.offset));
}

export interface ChainNode {
  unit: string;
  /** When it started (where its start took time) or became active; null where unknown. */
  at: number | null;
  took: number | null;
  /** It stands elsewhere in the tree, with what it waited for. */
  repeated: boolean;
  children: ChainNode[];
}

interface ChainOptions {
  times: BootTimes;
  units: readonly UnitTimes[];
  /** The `After=` of a unit, as PID 1 has it. */
  readAfter: (unit: string) => Promise<readonly string[]>;
  /** Also what became active up to this long before the last one (`--fuzz`). */
  fuzz?: number;
}

/**
 * `list_dependencies()`: of everything a unit is ordered after, the one that became active last is what it waited for; and so on down.
 * `root` is the unit's Id. Of a boot that goes on, what has become active so far counts.
 */
export async function criticalChain(root: string, options: ChainOptions): Promise<ChainNode> {
  const { times, units, readAfter, fuzz = 0 } = options;
  const known = new Map(units.map((unit) => [unit.unit, unit]));
  const finish = times.finish > 0 ? times.finish : Number.POSITIVE_INFINITY;
  const activated = (unit: string) => known.get(unit)?.activated ?? 0;
  const inBoot = (unit: string) => activated(unit) > 0 && activated(unit) <= finish;
  const visited = new Set<string>();

  async function childrenOf(unit: string): Promise<ChainNode[]> {
    visited.add(unit);
    const after = [...(await readAfter(unit))].filter(inBoot).sort((a, b) => activated(b) - activated(a));
    const latest = activated(after[0] ?? "");
    const children: ChainNode[] = [];
    for (const one of after.filter((candidate) => latest - activated(candidate) <= fuzz)) {
      const repeated = visited.has(one);
      children.push({
        ...chainTimes(known.get(one), times),
        unit: one,
        repeated,
        children: repeated ? [] : await childrenOf(one),
      });
    }
    return children;
  }
  return { ...chainTimes(known.get(root), times), unit: root, repeated: false, children: await childrenOf(root) };
}

function chainTimes(unit: UnitTimes | undefined, { userspace }: BootTimes): Pick<ChainNode, "at" | "took"> {
  if (!unit) return { at: null, took: null };
  if (unit.took > 0) return { at: unit.activating - userspace, took: unit.took };
  return { at: unit.activated > userspace ? unit.activated - userspace : null, took: null };
}

/** Every unit of the tree, from its root down; each once. */
export function chainUnits(node: ChainNode): string[] {
  return [...new Set([node.unit, ...node.children.flatMap(chainUnits)])];
}

/** The tree as `systemd-analyze critical-chain` prints it, without its two lines of explanation. */
export function formatChain(root: ChainNode): string {
  const took = root.took === null ? "" : ` +${formatTimespan(root.took)}`;
  const at = root.took === null && root.at !== null ? ` @${formatTimespan(root.at)}` : "";
  return [`${root.unit}${took}${at}`, ...formatBranches(root.children, "")].join("\n");
}

function formatBranches(nodes: readonly ChainNode[], indent: string): string[] {
  return nodes.flatMap((node, index) => {
    const last = index === nodes.length - 1;
    const at = node.at === null ? "" : ` @${formatTimespan(node.at)}`;
    const took = node.took === null ? "" : ` +${formatTimespan(node.took)}`;
    const inner = `${indent}${last ? "  " : "│ "}`;
    const below = node.repeated ? [`${inner}└─...`] : formatBranches(node.children, inner);
    return [`${indent}${last ? "└─" : "├─"}${node.unit}${at}${took}`, ...below];
  });
}

/** One row of the plot: from `activating` to `activated` it was starting, then active, then stopping until `deactivated`. */
export type PlotRow = UnitTimes;

/** `plot_unit_times()`: by start, without what started after the boot; open ends are drawn up to `end`, the end of the boot or now. */
export function plotRows(units: readonly UnitTimes[], end: number): PlotRow[] {
  return units
    .filter((unit) => unit.activating <= end)
    .sort((a, b) => a.activating - b.activating)
    .map((unit) => fixUp(unit, end));
}

function fixUp(unit: UnitTimes, end: number): PlotRow {
  let { activated, deactivating, deactivated } = unit;
  // It failed or ended without ever having become active.
  if (activated === 0 && deactivated > unit.activating && deactivated <= end) {
    activated = deactivated;
    deactivating = deactivated;
  }
  if (activated < unit.activating || activated > end) activated = end;
  if (deactivating < activated || deactivating > end) deactivating = end;
  if (deactivated < deactivating || deactivated > end) deactivated = end;
  return { ...unit, activated, deactivating, deactivated };
}
