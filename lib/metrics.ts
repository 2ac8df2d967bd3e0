import { z } from "zod";

import type { UnaccountedReason } from "./cgroup-accounting";
import { machineNameSchema } from "./names";

export const metricsWatchSchema = z.strictObject({
  /** Left out: every machine that runs. */
  names: z.array(machineNameSchema).min(1).max(200).optional(),
});

export const metricsHistorySchema = z
  .strictObject({
    name: machineNameSchema,
    from: z.iso.datetime({ offset: true }),
    to: z.iso.datetime({ offset: true }),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), "A span of time ends after it begins.");
export type MetricsHistoryInput = z.infer<typeof metricsHistorySchema>;

/** What is measured of a machine; each may be missing for a reason of its own. */
export type Measure = "cpu" | "memory" | "tasks" | "io" | "net";

/**
 * Why a value is not there, beside what a host does not account. `pending`: a rate takes two readings. `host-network`, `no-interface`:
 * there is no network of its own to count. `vm`: only seen from inside. `unreadable`: its control group could not be read.
 * `too-many-groups`: the host does not account its tasks, and they are in too many control groups to be counted one by one.
 */
export type MissingReason =
  | UnaccountedReason
  | "pending"
  | "host-network"
  | "no-interface"
  | "vm"
  | "unreadable"
  | "too-many-groups";

export interface MetricValues {
  /** 100 is one processor. */
  cpuPercent: number | null;
  memoryBytes: number | null;
  tasks: number | null;
  ioReadBytesPerSec: number | null;
  ioWriteBytesPerSec: number | null;
  /** As the machine sees it: received is what came into it. */
  netRxBytesPerSec: number | null;
  netTxBytesPerSec: number | null;
}
export type MetricKey = keyof MetricValues;

export interface MetricSample extends MetricValues {
  name: string;
  /** Why a value is null. */
  missing: Partial<Record<Measure, MissingReason>>;
}

/** What `metrics.watch` sends: every running machine that was asked for. */
export interface MetricsTick {
  at: string;
  samples: MetricSample[];
}

/** Means over a step of time. */
export interface MetricPoint extends MetricValues {
  /** Start of the step, ISO-8601. */
  at: string;
}

export interface MetricsHistory {
  stepSec: number;
  /** Oldest first; steps without a reading are left out. */
  points: MetricPoint[];
}
