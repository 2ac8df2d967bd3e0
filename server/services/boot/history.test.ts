import { afterAll, beforeAll, expect, it } from "vitest";

import { createTestDatabase, type TestDatabase } from "@/server/db/test-database";
import { compareBoots, packUnits, readHistory } from "./history";

const NAME = "a";
/** As many as are kept. */
const KEPT = 150;
let database: TestDatabase;

const bootId = (number: number) => number.toString(16).padStart(32, "0");
const many = Array.from({ length: KEPT + 20 }, (_, index) => ({
  unit: `${index}.service`,
  activatingUsec: 1_000_000 - index * 1000,
}));

async function record(number: number, units: { unit: string; activatingUsec: number }[]): Promise<void> {
  await database.db.bootRecord.create({
    data: {
      ...{ machine: NAME, bootId: bootId(number), at: new Date(number * 60_000), userspaceUsec: 2_000_000n },
      ...{ target: "graphical.target", targetUsec: 1_900_000n, failed: 0, unitsJson: packUnits(units) },
    },
  });
}

beforeAll(async () => {
  database = await createTestDatabase();
  await record(1, [{ unit: "few.service", activatingUsec: 5000 }]);
  await record(2, [{ unit: "few.service", activatingUsec: 8000 }, ...many.slice(0, 3)]);
  await record(3, [{ unit: "slow.service", activatingUsec: 3_000_000 }, ...many]);
});

afterAll(() => database.remove());

it("a unit that is not recorded took no time, where all that did are recorded", async () => {
  const { units, aCutOff, bCutOff } = await compareBoots(database, { name: NAME, a: bootId(1), b: bootId(2) });
  expect({ aCutOff, bCutOff }).toEqual({ aCutOff: false, bCutOff: false });
  expect(units.slice(0, 1)).toEqual([{ unit: "0.service", aUsec: null, bUsec: 1_000_000 }]);
  expect(units.at(-1)).toEqual({ unit: "few.service", aUsec: 5000, bUsec: 8000 });
});

it("where only the slowest are recorded that is said, and a unit beyond them is not taken for one of no time", async () => {
  const { units, aCutOff, bCutOff } = await compareBoots(database, { name: NAME, a: bootId(2), b: bootId(3) });
  expect({ aCutOff, bCutOff }).toEqual({ aCutOff: false, bCutOff: true });
  expect(units[0]).toEqual({ unit: "slow.service", aUsec: null, bUsec: 3_000_000 });
  expect(units.find(({ unit }) => unit === "few.service")).toEqual({ unit: "few.service", aUsec: 8000, bUsec: null });
  expect(units.find(({ unit }) => unit === `${KEPT}.service`)).toBeUndefined();
});

it("the history has the target, when it was reached, and the ten slowest units", async () => {
  const [newest] = await readHistory(database, NAME);
  expect(newest).toMatchObject({ target: "graphical.target", targetUsec: 1_900_000 });
  expect(newest?.slowest).toHaveLength(10);
});
