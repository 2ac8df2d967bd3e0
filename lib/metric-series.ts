import type { MetricKey, MetricValues } from "./metrics";

export const METRIC_RANGES = ["live", "1h", "24h", "7d"] as const;
export type MetricRange = (typeof METRIC_RANGES)[number];

const HOUR_MS = 3_600_000;
/** How far back each looks. */
export const RANGE_MS: Record<MetricRange, number> = {
  live: 120_000,
  "1h": HOUR_MS,
  "24h": 24 * HOUR_MS,
  "7d": 7 * 24 * HOUR_MS,
};
/** How far apart its points are. */
export const STEP_MS: Record<MetricRange, number> = { live: 1000, "1h": 15_000, "24h": 120_000, "7d": 900_000 };

/** What of a machine's metrics is shown, as the page's address has it. */
export interface MetricQuery {
  range: MetricRange;
}

export function parseMetricQuery(params: URLSearchParams): MetricQuery {
  return { range: METRIC_RANGES.find((range) => range === params.get("range")) ?? "live" };
}

export function formatMetricQuery({ range }: MetricQuery): URLSearchParams {
  return new URLSearchParams(range === "live" ? {} : { range });
}

export interface TimedValues extends MetricValues {
  atMs: number;
}

export interface Place {
  atMs: number;
  value: number;
}

/** Steps without a point that a line may still bridge: a reading can come late. */
const BRIDGED_STEPS = 2.5;

/** The unbroken pieces of a line: it breaks where a value is missing, and where nothing was read for longer than a step. */
export function piecesOf(points: readonly TimedValues[], key: MetricKey, stepMs: number): Place[][] {
  const pieces: Place[][] = [];
  let last: Place | null = null;
  for (const point of points) {
    const value = point[key];
    if (value === null) {
      last = null;
      continue;
    }
    const place: Place = { atMs: point.atMs, value };
    const piece = last && place.atMs - last.atMs <= BRIDGED_STEPS * stepMs ? pieces.at(-1) : undefined;
    if (piece) piece.push(place);
    else pieces.push([place]);
    last = place;
  }
  return pieces;
}

/** The largest value of any of the keys; null where there is none. */
export function peakOf(points: readonly TimedValues[], keys: readonly MetricKey[]): number | null {
  let peak: number | null = null;
  for (const point of points)
    for (const key of keys) {
      const value = point[key];
      if (value !== null && (peak === null || value > peak)) peak = value;
    }
  return peak;
}

/** Index of the point nearest to a moment; -1 where there are none. Points are in order of time. */
export function nearestIndex(points: readonly { atMs: number }[], atMs: number): number {
  let [low, high] = [0, points.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    const [here, next] = [points[middle], points[middle + 1]];
    if (!here || !next) break;
    if (atMs - here.atMs <= next.atMs - atMs) high = middle;
    else low = middle + 1;
  }
  return points.length === 0 ? -1 : low;
}

/** A round number no less than the value, so that the scale does not change with every point: 1, 2 or 5 times a power of the base. */
export function niceTop(value: number, base: 10 | 1024 = 10): number {
  if (value <= 0) return 1;
  const power = base ** Math.floor(Math.log(value) / Math.log(base));
  const steps = base === 10 ? [1, 2, 5, 10] : [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
  return power * (steps.find((step) => step * power >= value) ?? base);
}
