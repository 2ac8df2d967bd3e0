import { writeFileSync } from "node:fs";

/** One measured figure. `target` is the most it may be; null where it is only told beside the others, and passes nothing. */
export interface Result {
  name: string;
  value: number;
  unit: string;
  target: number | null;
  pass: boolean | null;
}

export function result(name: string, value: number, unit: string, target: number | null = null): Result {
  const rounded = Number(value.toPrecision(4));
  return { name, value: rounded, unit, target, pass: target === null ? null : value <= target };
}

/** The value below which a share of all values lies: 0.5 is the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)];
  if (found === undefined) throw new Error("nothing was measured");
  return found;
}

export function printTable(results: readonly Result[]): void {
  const rows = results.map(({ name, value, unit, target, pass }) => [
    name,
    `${value} ${unit}`,
    target === null ? "" : `≤ ${target} ${unit}`,
    pass === null ? "" : pass ? "reached" : "MISSED",
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
}

export function writeResults(path: string, results: readonly Result[]): void {
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
}
