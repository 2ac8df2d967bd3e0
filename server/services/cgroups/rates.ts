import type { Cgroup, CgroupProcess, CgroupSample } from "@/lib/cgroups";
import type { RawCgroup, RawProcess, RawTree } from "@/server/systemd/cgroup-tree";

/** What was used by each group and process when it was last looked at. */
export interface Usage {
  monotonicUsec: number;
  groups: ReadonlyMap<string, number>;
  processes: ReadonlyMap<string, number>;
}

export function usageOf({ root, monotonicUsec }: RawTree): Usage {
  const groups = new Map<string, number>();
  const processes = new Map<string, number>();
  const visit = (cgroup: RawCgroup) => {
    if (cgroup.cpuUsageUsec !== null) groups.set(cgroup.path, cgroup.cpuUsageUsec);
    for (const process of cgroup.processes) processes.set(keyOf(process), process.cpuUsageUsec);
    cgroup.children.forEach(visit);
  };
  visit(root);
  return { monotonicUsec, groups, processes };
}

/** A later process may have the same PID. */
function keyOf({ pid, startTicks }: Pick<RawProcess, "pid" | "startTicks">): string {
  return `${pid}@${startTicks}`;
}

/**
 * The tree with the processor time each group and process took since the sample before; without one these are null. `delegated` has the
 * paths of groups that are.
 */
export function withRates(
  { root, payload, monotonicUsec, at }: RawTree,
  before: Usage | null,
  delegated: ReadonlySet<string> = new Set(),
): CgroupSample {
  const elapsedUsec = before === null ? 0 : monotonicUsec - before.monotonicUsec;
  /** Null where it was not there before, or has begun anew under the same name. */
  const percent = (now: number, then: number | undefined) =>
    then === undefined || elapsedUsec <= 0 || now < then ? null : ((now - then) / elapsedUsec) * 100;

  const rateProcess = ({ cpuUsageUsec, ...process }: RawProcess): CgroupProcess => ({
    ...process,
    cpuPercent: percent(cpuUsageUsec, before?.processes.get(keyOf(process))),
  });
  const rate = ({ startId: _startId, ...cgroup }: RawCgroup): Cgroup => {
    const processes = cgroup.processes.map(rateProcess);
    const children = cgroup.children.map(rate);
    const accounted = cgroup.cpuUsageUsec !== null;
    const cpuPercent = accounted
      ? percent(cgroup.cpuUsageUsec ?? 0, before?.groups.get(cgroup.path))
      : sumKnown([...processes, ...children].map((part) => part.cpuPercent));
    return {
      ...cgroup,
      delegated: delegated.has(cgroup.path),
      processes,
      children,
      cpuPercent,
      cpuFrom: accounted ? "cgroup" : "processes",
    };
  };
  return { type: "tree", at, payload, ...rate(root) };
}

/** Who has only just begun counts from the next time on. Null where nothing is known. */
function sumKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
