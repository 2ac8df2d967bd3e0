import { writeFileSync } from "node:fs";

/** One measured figure. `target` is the most it may be; null where it is only told beside the others, and passes nothing. */
export interface Result {
  name: string;
  /** Null where it could not be measured. */
  value: number | null;
  unit: string;
  target: number | null;
  pass: boolean | null;
  /** Why it could not be measured. */
  reason?: string;
}

export function result(name: string, value: number, unit: string, target: number | null = null): Result {
  if (!Number.isFinite(value)) throw new Error(`${name}: nothing was measured`);
  const rounded = Number(value.toPrecision(4));
  return { name, value: rounded, unit, target, pass: target === null ? null : value <= target };
}

/** What stands in the place of the figures of a part that could not be measured. */
export function failure(name: string, error: unknown): Result {
  const reason = error instanceof Error ? error.message : String(error);
  return { name, value: null, unit: "", target: null, pass: false, reason };
}

/** The value below which a share of all values lies: 0.5 is the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)];
  if (found === undefined) throw new Error("nothing was measured");
  return found;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** One line a figure, in columns. */
export function formatTable(results: readonly Result[]): string {
  const rows = results.map(({ name, value, unit, target, pass, reason }) => [
    name,
    value === null ? "not measured" : `${value} ${unit}`,
    target === null ? "" : `≤ ${target} ${unit}`,
    pass === null ? "" : pass ? "reached" : value === null ? `FAILED: ${reason?.split("\n", 1)[0]}` : "MISSED",
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function writeResults(path: string, results: readonly Result[]): void {
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
}
