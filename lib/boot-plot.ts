/** Geometry of the boot plot, in µs of the boot's own clock. */
import type { PlotRow } from "./boot-graph";

export type Span = readonly [from: number, to: number];
export type Phase = "activating" | "active" | "deactivating";

export interface Bar {
  phase: Phase;
  from: number;
  to: number;
}

/** The phases of a row that took time, in their order. */
export function barsOf({ activating, activated, deactivating, deactivated }: PlotRow): Bar[] {
  const bars: Bar[] = [
    { phase: "activating", from: activating, to: activated },
    { phase: "active", from: activated, to: deactivating },
    { phase: "deactivating", from: deactivating, to: deactivated },
  ];
  return bars.filter(({ from, to }) => to > from);
}

/** Milestones of a boot, by bootup(7). */
const MILESTONES = new Set([
  "local-fs.target",
  "sysinit.target",
  "basic.target",
  "network-online.target",
  "multi-user.target",
  "graphical.target",
]);

export interface Marker {
  unit: string;
  at: number;
}

/** When the milestones, and the target the boot was for, were reached; the earliest first. */
export function targetMarkers(rows: readonly PlotRow[], target: string, end: number): Marker[] {
  return rows
    .filter(({ unit, activated }) => (unit === target || MILESTONES.has(unit)) && activated <= end)
    .map(({ unit, activated }) => ({ unit, at: activated }))
    .sort((a, b) => a.at - b.at);
}

/** Nobody reads a plot of less than a millisecond. */
const MIN_SPAN_USEC = 1000;

/** What is seen after zooming by `factor` (2: twice as large) around `at`; never beyond `whole`. */
export function zoom(seen: Span, factor: number, at: number, whole: Span): Span {
  const length = Math.min(whole[1] - whole[0], Math.max(MIN_SPAN_USEC, (seen[1] - seen[0]) / factor));
  const share = (at - seen[0]) / (seen[1] - seen[0]);
  return within([at - share * length, at + (1 - share) * length], whole);
}

/** What is seen after moving by `by`; never beyond `whole`. */
export function pan(seen: Span, by: number, whole: Span): Span {
  return within([seen[0] + by, seen[1] + by], whole);
}

function within([from, to]: Span, whole: Span): Span {
  const length = to - from;
  const start = Math.min(Math.max(from, whole[0]), Math.max(whole[0], whole[1] - length));
  return [start, Math.min(start + length, whole[1])];
}
