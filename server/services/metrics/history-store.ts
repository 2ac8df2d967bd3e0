import type { MetricKey, MetricSample } from "@/lib/metrics";
import type { Database } from "@/server/db/client";
import type { HistoryStep } from "./sampler";

const HOUR_SEC = 3600;
const DAY_SEC = 24 * HOUR_SEC;

/** Steps of time, finest first, and for how long each is kept: some 1 600 points a machine. */
export const STEPS = [
  { sec: 15, keptSec: HOUR_SEC },
  { sec: 120, keptSec: DAY_SEC },
  { sec: 900, keptSec: 7 * DAY_SEC },
] as const;
const [FINE, ...COARSER] = STEPS;
const LONGEST_SEC = 900;

export const VALUE_COLUMNS: readonly MetricKey[] = [
  "cpuPercent",
  "memoryBytes",
  "tasks",
  "ioReadBytesPerSec",
  "ioWriteBytesPerSec",
  "netRxBytesPerSec",
  "netTxBytesPerSec",
];
const COLUMNS = ["machine", "stepSec", "atSec", ...VALUE_COLUMNS];
/** SQLite takes 32 766 values a statement. */
const ROWS_A_STATEMENT = 500;

interface Statement {
  sql: string;
  values: (string | number | null)[];
}

/** Keeps what machines used: one table, made coarser as it ages. */
export class MetricsHistoryStore {
  readonly #db: Database;
  /** End of what was written last. */
  #writtenSec: number | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** One transaction: the step's points, and what its end completes of coarser steps and outdates. */
  async write({ atSec, samples }: HistoryStep): Promise<void> {
    const endSec = atSec + FINE.sec;
    const completed = COARSER.flatMap(({ sec }) => {
      const fromSec = this.#completeFromSec(endSec, sec);
      return floorTo(endSec, sec) > fromSec ? [summarise(sec, fromSec, floorTo(endSec, sec))] : [];
    });
    const statements = [...insertPoints(atSec, samples), ...completed, ...(completed.length > 0 ? prune(endSec) : [])];
    await this.#db.$transaction(statements.map(({ sql, values }) => this.#db.$executeRawUnsafe(sql, ...values)));
    this.#writtenSec = endSec;
  }

  /** From where on coarser steps are still to be made; after a start, those whose beginning is still there. */
  #completeFromSec(endSec: number, sec: number): number {
    return this.#writtenSec === undefined ? ceilTo(endSec - FINE.keptSec, sec) : floorTo(this.#writtenSec, sec);
  }

  async forget(machine: string): Promise<void> {
    await this.#db.metricPoint.deleteMany({ where: { machine } });
  }

  /** Forgets every machine but these. */
  async keep(machines: ReadonlySet<string>): Promise<void> {
    const known = await this.#db.$queryRaw<{ machine: string }[]>`SELECT DISTINCT "machine" FROM "MetricPoint"`;
    for (const { machine } of known) if (!machines.has(machine)) await this.forget(machine);
  }
}

function insertPoints(atSec: number, samples: readonly MetricSample[]): Statement[] {
  const chunks = Array.from({ length: Math.ceil(samples.length / ROWS_A_STATEMENT) }, (_, index) =>
    samples.slice(index * ROWS_A_STATEMENT, (index + 1) * ROWS_A_STATEMENT),
  );
  const row = `(${COLUMNS.map(() => "?").join(", ")})`;
  return chunks.map((chunk) => ({
    sql: `INSERT OR REPLACE INTO "MetricPoint" (${quoted(COLUMNS)}) VALUES ${chunk.map(() => row).join(", ")}`,
    values: chunk.flatMap((sample) => [sample.name, FINE.sec, atSec, ...VALUE_COLUMNS.map((column) => sample[column])]),
  }));
}

/** Means of the finest points by coarser steps, from `fromSec` to before `toSec`. */
function summarise(sec: number, fromSec: number, toSec: number): Statement {
  const means = VALUE_COLUMNS.map((column) => `AVG("${column}")`).join(", ");
  return {
    sql: `INSERT OR REPLACE INTO "MetricPoint" (${quoted(COLUMNS)})
      SELECT "machine", ${sec}, "atSec" / ${sec} * ${sec}, ${means} FROM "MetricPoint"
      WHERE "stepSec" = ${FINE.sec} AND "atSec" >= ? AND "atSec" < ? GROUP BY "machine", "atSec" / ${sec}`,
    values: [fromSec, toSec],
  };
}

/** The finest points are kept until the coarsest step has been made of them. */
function prune(nowSec: number): Statement[] {
  return STEPS.map(({ sec, keptSec }) => ({
    sql: `DELETE FROM "MetricPoint" WHERE "stepSec" = ? AND "atSec" < ?`,
    values: [sec, nowSec - keptSec - (sec === FINE.sec ? LONGEST_SEC : sec)],
  }));
}

function quoted(columns: readonly string[]): string {
  return columns.map((column) => `"${column}"`).join(", ");
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}

function ceilTo(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
