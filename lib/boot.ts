import { z } from "zod";

import type { BootTimes, ChainNode, UnitTimes } from "./boot-graph";
import { machineNameSchema } from "./names";
import { type MachineLink, unitNameSchema } from "./units";

const bootIdSchema = z.string().regex(/^[0-9a-f]{32}$/, "A boot id has 32 hexadecimal digits.");

export const bootChainSchema = z.strictObject({ name: machineNameSchema, unit: unitNameSchema.optional() });
export const bootCompareSchema = z.strictObject({ name: machineNameSchema, a: bootIdSchema, b: bootIdSchema });

/** A job PID 1 waits for. */
export interface BootJob {
  unit: string;
  type: string;
  state: string;
}

/** What `boot.watch` sends: how the machine can be asked, and how its boot gets on. */
export type BootEvent =
  | MachineLink
  | { type: "booting"; elapsedUsec: number; jobs: BootJob[] }
  | { type: "finished"; bootId: string | null }
  /** Units were started or stopped since: their times are others now. */
  | { type: "changed" };

/** µs from the start of the machine's userspace; null for what did not happen. */
export interface BootSummary {
  finished: boolean;
  kernelUsec: number | null;
  initrdUsec: number | null;
  firmwareUsec: number | null;
  loaderUsec: number | null;
  /** Null while the boot goes on. */
  userspaceUsec: number | null;
  finishUsec: number | null;
  /** How long userspace has been up so far, where it goes on. */
  elapsedUsec: number | null;
  /** The unit behind default.target. */
  target: string;
  /** Null where it was not reached. */
  targetUsec: number | null;
  /** What a boot that goes on waits for. */
  jobs: BootJob[];
}

export interface BlameEntry {
  unit: string;
  activatingUsec: number;
}

export interface ChainEntry {
  unit: string;
  atUsec: number | null;
  tookUsec: number | null;
  /** It stands elsewhere in the tree, with what it waited for. */
  repeated: boolean;
  children: ChainEntry[];
}

export interface TimelineUnit {
  unit: string;
  activatingUsec: number;
  activatedUsec: number | null;
  deactivatingUsec: number | null;
  deactivatedUsec: number | null;
  /** How long its start took, as blame has it; 0 where it took no time. */
  tookUsec: number;
  /** Its active state now. */
  state: string;
}

export interface BootTimeline extends BootSummary {
  startUsec: number;
  /** While loading unit files and running generators, null where not told. */
  generatorsUsec: [number, number] | null;
  unitsLoadUsec: [number, number] | null;
  units: TimelineUnit[];
  /** The critical chain of the default target, from it down. */
  critical: string[];
  failedUnits: string[];
}

/** A unit's ties, by the properties of org.freedesktop.systemd1.Unit. */
export interface UnitRelations {
  after: string[];
  before: string[];
  requires: string[];
  wants: string[];
}

export interface BootRecordRow {
  bootId: string;
  /** When the boot had finished, ISO-8601. */
  at: string;
  userspaceUsec: number;
  target: string;
  targetUsec: number | null;
  failed: number;
  slowest: BlameEntry[];
}

export interface BootHistoryRow extends BootRecordRow {
  /** Median of the boots before it; null where there were too few to tell. */
  usualUsec: number | null;
  /** Clearly slower than usual (lib/boot-history.ts says how much that is). */
  slower: boolean;
}

export interface BootComparison {
  a: BootRecordRow;
  b: BootRecordRow;
  /** Only its slowest units are recorded of that boot: what is not among them may have taken some time, too. */
  aCutOff: boolean;
  bCutOff: boolean;
  /** The largest difference first; null where it took no time in that boot, or was not among the slowest of one that is cut off. */
  units: { unit: string; aUsec: number | null; bUsec: number | null }[];
}

/** For the wire: stamps that never happened become null. */
export function toTimelineUnit(unit: UnitTimes, state: string, { userspace }: BootTimes): TimelineUnit {
  const from = (usec: number) => (usec > 0 ? usec - userspace : null);
  return {
    unit: unit.unit,
    activatingUsec: unit.activating - userspace,
    activatedUsec: from(unit.activated),
    deactivatingUsec: from(unit.deactivating),
    deactivatedUsec: from(unit.deactivated),
    tookUsec: unit.took,
    state,
  };
}

/** And back, for the maths. */
export function fromTimelineUnit(unit: TimelineUnit): UnitTimes {
  return {
    unit: unit.unit,
    activating: unit.activatingUsec,
    activated: unit.activatedUsec ?? 0,
    deactivating: unit.deactivatingUsec ?? 0,
    deactivated: unit.deactivatedUsec ?? 0,
    took: unit.tookUsec,
  };
}

export function toChainEntry(node: ChainNode): ChainEntry {
  return {
    unit: node.unit,
    atUsec: node.at,
    tookUsec: node.took,
    repeated: node.repeated,
    children: node.children.map(toChainEntry),
  };
}

export function fromChainEntry(entry: ChainEntry): ChainNode {
  return {
    unit: entry.unit,
    at: entry.atUsec,
    took: entry.tookUsec,
    repeated: entry.repeated,
    children: entry.children.map(fromChainEntry),
  };
}
