import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { MetricSample } from "@/lib/metrics";
import { createTestDatabase, type TestDatabase } from "@/server/db/test-database";
import { readMetricsHistory, stepFor } from "./history";
import { MetricsHistoryStore } from "./history-store";

const HOUR_SEC = 3600;
const DAY_SEC = 24 * HOUR_SEC;
/** The beginning of a step of every length. */
const BEGIN_SEC = 900 * 2_000_000;

let database: TestDatabase;
let store: MetricsHistoryStore;

beforeEach(async () => {
  database = await createTestDatabase();
  store = new MetricsHistoryStore(database.db);
});

afterEach(async () => {
  vi.useRealTimers();
  await database.remove();
});

function sample(name: string, cpuPercent: number | null): MetricSample {
  return {
    name,
    cpuPercent,
    memoryBytes: 1024,
    tasks: null,
    ioReadBytesPerSec: 1,
    ioWriteBytesPerSec: 2,
    netRxBytesPerSec: 3,
    netTxBytesPerSec: 4,
    missing: {},
  };
}

/** One point every 15 s from `fromSec` to before `toSec`; the value is the number of the step. */
async function fill(fromSec: number, toSec: number, names = ["one"]): Promise<void> {
  for (let atSec = fromSec; atSec < toSec; atSec += 15)
    await store.write({ atSec, samples: names.map((name) => sample(name, (atSec - BEGIN_SEC) / 15)) });
}

async function points(stepSec: number, machine = "one") {
  const rows = await database.db.metricPoint.findMany({ where: { machine, stepSec }, orderBy: { atSec: "asc" } });
  return rows.map(({ atSec, cpuPercent }) => [atSec - BEGIN_SEC, cpuPercent]);
}

describe("history of metrics", () => {
  it("is made coarser by means of what a step had", async () => {
    await fill(BEGIN_SEC, BEGIN_SEC + 900, ["one", "two"]);
    expect(await points(15)).toHaveLength(60);
    expect((await points(120)).slice(0, 2)).toEqual([
      [0, 3.5],
      [120, 11.5],
    ]);
    expect(await points(120, "two")).toHaveLength(7);
    expect(await points(900)).toEqual([[0, 29.5]]);
    const whole = await database.db.metricPoint.findFirst({ where: { machine: "two", stepSec: 900 } });
    expect(whole).toMatchObject({ memoryBytes: 1024, tasks: null, ioReadBytesPerSec: 1, netTxBytesPerSec: 4 });
  });

  it("counts what is missing as missing, not as nothing", async () => {
    await store.write({ atSec: BEGIN_SEC, samples: [sample("one", null)] });
    await fill(BEGIN_SEC + 105, BEGIN_SEC + 120);
    expect(await points(120)).toEqual([[0, 7]]);
  });

  it("goes on after a restart with what was written before it, and never makes a step of its second half", async () => {
    await fill(BEGIN_SEC + 60, BEGIN_SEC + 180);
    store = new MetricsHistoryStore(database.db);
    await fill(BEGIN_SEC + 240, BEGIN_SEC + 360);
    expect(await points(120)).toEqual([
      [0, 5.5],
      [120, 9.5],
      [240, 19.5],
    ]);
    store = new MetricsHistoryStore(database.db);
    await database.db.metricPoint.deleteMany({ where: { stepSec: 15, atSec: { lt: BEGIN_SEC + 345 } } });
    await fill(BEGIN_SEC + 60 + HOUR_SEC, BEGIN_SEC + 120 + HOUR_SEC);
    expect((await points(120))[0]).toEqual([0, 5.5]);
  });

  it("is bounded: old points go, the finest first", async () => {
    const old = (stepSec: number, ageSec: number) => ({ machine: "one", stepSec, atSec: BEGIN_SEC - ageSec });
    await database.db.metricPoint.createMany({
      data: [
        old(15, HOUR_SEC + 915),
        old(15, HOUR_SEC - 15),
        old(120, DAY_SEC + 240),
        old(120, DAY_SEC - 120),
        old(900, 7 * DAY_SEC + 1800),
        old(900, 7 * DAY_SEC - 900),
      ],
    });
    await fill(BEGIN_SEC + 105, BEGIN_SEC + 120);
    const left = await database.db.metricPoint.findMany({ where: { atSec: { lt: BEGIN_SEC - 900 } } });
    expect(left.map(({ stepSec }) => stepSec).sort((a, b) => a - b)).toEqual([15, 120, 900]);
    expect(await points(900)).toHaveLength(1);
  });

  it("goes with the machine", async () => {
    await fill(BEGIN_SEC, BEGIN_SEC + 15, ["one", "two", "three"]);
    await store.forget("one");
    expect(await points(15)).toEqual([]);
    await store.keep(new Set(["three"]));
    expect(await points(15, "two")).toEqual([]);
    expect(await points(15, "three")).toHaveLength(1);
  });

  it("is read by the finest step that reaches back so far", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: (BEGIN_SEC + 900) * 1000 });
    await fill(BEGIN_SEC, BEGIN_SEC + 900);
    const at = (sec: number) => new Date((BEGIN_SEC + sec) * 1000).toISOString();
    const hour = await readMetricsHistory(database, { name: "one", from: at(605), to: at(650) });
    expect(hour.stepSec).toBe(15);
    expect(hour.points.map((point) => point.at)).toEqual([600, 615, 630, 645].map(at));
    expect(hour.points[0]).toMatchObject({ cpuPercent: 40, memoryBytes: 1024, tasks: null });
    const day = await readMetricsHistory(database, { name: "one", from: at(900 - DAY_SEC), to: at(900) });
    expect(day.stepSec).toBe(120);
    expect(day.points).toHaveLength(7);
    const week = await readMetricsHistory(database, { name: "one", from: at(900 - 7 * DAY_SEC), to: at(900) });
    expect([week.stepSec, week.points.length]).toEqual([900, 1]);
    expect((await readMetricsHistory(database, { name: "none", from: at(0), to: at(900) })).points).toEqual([]);
  });

  it.each([
    [HOUR_SEC, 15],
    [HOUR_SEC + 60, 120],
    [DAY_SEC + 60, 120],
    [7 * DAY_SEC, 900],
    [365 * DAY_SEC, 900],
  ])("of %d s has steps of %d s", (ageSec, stepSec) => expect(stepFor(ageSec)).toBe(stepSec));
});
