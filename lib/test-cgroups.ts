import type { Pressure } from "./cgroup-accounting";
import type { Cgroup, CgroupProcess } from "./cgroups";

/** A group for tests of what is made of a tree. */
export function aGroup(path: string, given: Partial<Cgroup> = {}): Cgroup {
  return {
    path,
    name: path.slice(path.lastIndexOf("/") + 1),
    unit: null,
    delegated: false,
    controllers: [],
    cpuUsageUsec: 0,
    cpuPercent: 0,
    cpuFrom: "cgroup",
    memoryBytes: null,
    tasks: 0,
    ioReadBytes: null,
    ioWriteBytes: null,
    pressure: null,
    unaccounted: {},
    processes: [],
    omittedProcesses: 0,
    children: [],
    omittedChildren: 0,
    ...given,
  };
}

export function aProcess(pid: number, given: Partial<CgroupProcess> = {}): CgroupProcess {
  return {
    pid,
    machinePid: pid,
    user: "root",
    command: `command ${pid}`,
    state: "S",
    startTicks: 100,
    cpuPercent: null,
    residentBytes: 0,
    ...given,
  };
}

export function aStall(avg10: number): Pressure {
  return { some: { avg10, avg60: 0, avg300: 0, totalUsec: 0 }, full: null };
}
