import type { MetricKey, MetricPoint, MetricsHistory, MetricsHistoryInput } from "@/lib/metrics";
import type { Deps } from "../deps";
import { STEPS, VALUE_COLUMNS } from "./history-store";

/** A step is written when it has ended: the oldest wanted may just have been removed. */
const SPARE_STEPS = 2;

interface Row extends Record<MetricKey, number | null> {
  atSec: number;
}

/** What a machine used from `from` to `to`, by the finest step that is kept for so long. */
export async function readMetricsHistory(
  { db }: Pick<Deps, "db">,
  { name, from, to }: MetricsHistoryInput,
): Promise<MetricsHistory> {
  const [fromSec, toSec] = [Date.parse(from) / 1000, Date.parse(to) / 1000];
  const stepSec = stepFor(Date.now() / 1000 - fromSec);
  const rows = await db.$queryRawUnsafe<Row[]>(
    `SELECT "atSec", ${VALUE_COLUMNS.map((column) => `"${column}"`).join(", ")} FROM "MetricPoint"
     WHERE "machine" = ? AND "stepSec" = ? AND "atSec" >= ? AND "atSec" < ? ORDER BY "atSec"`,
    name,
    stepSec,
    Math.floor(fromSec - stepSec) + 1,
    Math.ceil(toSec),
  );
  return { stepSec, points: rows.map(toPoint) };
}

export function stepFor(ageSec: number): number {
  const step = STEPS.find(({ sec, keptSec }) => ageSec <= keptSec + SPARE_STEPS * sec) ?? STEPS.at(-1);
  return step?.sec ?? 0;
}

function toPoint({ atSec, ...values }: Row): MetricPoint {
  return { at: new Date(Number(atSec) * 1000).toISOString(), ...values };
}
