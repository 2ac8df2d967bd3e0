/** What a control group may be charged with. */
export const RESOURCES = ["cpu", "memory", "tasks", "io", "pressure"] as const;
export type Resource = (typeof RESOURCES)[number];

/**
 * Why a value is not there, so that a page can tell what would bring it:
 * "not-enabled": the controller is there, but off for this group (`MemoryAccounting=yes` and its like, or `cgroup.pressure`);
 * "legacy-hierarchy": the controller is mounted as version 1 and has no group here (systemd.unified_cgroup_hierarchy=1);
 * "no-controller": the kernel has it switched off or built without (cgroup_disable=);
 * "psi-off": the kernel measures no pressure (psi=1).
 */
export const UNACCOUNTED_REASONS = ["not-enabled", "legacy-hierarchy", "no-controller", "psi-off"] as const;
export type UnaccountedReason = (typeof UNACCOUNTED_REASONS)[number];

/** Shares of time, in percent, in which tasks waited; `totalUsec` counts up. */
export interface Stall {
  avg10: number;
  avg60: number;
  avg300: number;
  totalUsec: number;
}

/** One of the kernel's *.pressure files: some tasks waited, or all of them did (null where a kernel does not tell that). */
export interface Pressure {
  some: Stall;
  full: Stall | null;
}

export interface PressureOfAll {
  cpu: Pressure;
  memory: Pressure;
  io: Pressure;
}

/** The figures of one control group and all below it; null where the host does not account them, never 0. */
export interface CgroupAccounting {
  cpuUsageUsec: number | null;
  memoryBytes: number | null;
  /** Threads, as systemd's TasksCurrent. */
  tasks: number | null;
  ioReadBytes: number | null;
  ioWriteBytes: number | null;
  pressure: PressureOfAll | null;
  /** Why a value above is null. */
  unaccounted: Partial<Record<Resource, UnaccountedReason>>;
}
