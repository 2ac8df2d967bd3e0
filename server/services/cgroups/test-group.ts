import type { RawCgroup } from "@/server/systemd/cgroup-tree";

/** A control group as it is read, for tests of what is made of it: nothing is accounted but what is given. */
export function aRawGroup(path: string, given: Partial<RawCgroup> = {}): RawCgroup {
  return {
    path,
    name: path.slice(path.lastIndexOf("/") + 1),
    unit: null,
    startId: null,
    controllers: [],
    cpuUsageUsec: null,
    memoryBytes: null,
    tasks: null,
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
