import type { BootHistoryRow, BootRecordRow } from "./boot";

/** How many boots before one say what is usual. */
const WINDOW = 20;
/** Fewer say nothing. */
const MIN_BOOTS = 3;
const MIN_SHARE = 0.25;
const DEVIATIONS = 3;
/** Boots of a few hundred milliseconds differ by this much for no reason at all. */
const MIN_USEC = 100_000;

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)];
  const lower = sorted[Math.ceil(middle) - 1];
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2;
}

/** Median, and the limit above which a boot is clearly slower: + max(25 %, 3 × the median absolute deviation, 100 ms). */
export function usual(values: readonly number[]): { median: number; limit: number } | null {
  const middle = median(values);
  if (values.length < MIN_BOOTS || middle === null) return null;
  const deviation = median(values.map((value) => Math.abs(value - middle))) ?? 0;
  return { median: middle, limit: middle + Math.max(MIN_SHARE * middle, DEVIATIONS * deviation, MIN_USEC) };
}

/** Rows newest first; each is measured against the boots before it only. */
export function markSlower(rows: readonly BootRecordRow[]): BootHistoryRow[] {
  return rows.map((row, index) => {
    const earlier = rows.slice(index + 1, index + 1 + WINDOW).map(({ userspaceUsec }) => userspaceUsec);
    const known = usual(earlier);
    return { ...row, usualUsec: known?.median ?? null, slower: known !== null && row.userspaceUsec > known.limit };
  });
}

/** The middle half of the last boots that were not slower, for "usual 1.1–1.3 s"; null where there are too few. */
export function usualRange(rows: readonly Pick<BootHistoryRow, "userspaceUsec" | "slower">[]): [number, number] | null {
  const values = rows
    .filter(({ slower }) => !slower)
    .slice(0, WINDOW)
    .map(({ userspaceUsec }) => userspaceUsec);
  if (values.length < MIN_BOOTS) return null;
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return [at(0.25), at(0.75)];
}
