import { copyFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { damageJournal } from "@/lab/damage-journal";
import { type JournalEntry, type JournalProblem, type JournalQueryInput, journalQuerySchema } from "@/lib/journal";
import { TestMachine, UNITS } from "../test-machine";
import { queryJournal } from "./query";
import { type JournalHost, loudUnit, openJournalHost } from "./test-journal";

const SEEDS = 4000;
const SEED = `for n in $(seq ${SEEDS}); do echo "seed $n, and what makes it longer"; done`;

let host: JournalHost;
let machine: TestMachine;
let file: string;
let kept: string;

/** All pages in one direction, joined as a reader would, and what was told of the files. */
async function readAll(input: Partial<JournalQueryInput>): Promise<{ numbers: number[]; problems: JournalProblem[] }> {
  const entries: JournalEntry[] = [];
  const problems: JournalProblem[] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const units = ["seed.service"];
    const query = journalQuerySchema.parse({ name: machine.name, units, limit: 300, cursor, ...input });
    const page = await queryJournal(host.deps, query);
    if (input.direction === "forward") entries.push(...page.entries);
    else entries.unshift(...page.entries);
    problems.push(...page.problems);
    cursor = page.nextCursor ?? undefined;
  }
  const numbers = entries.map(({ message }) => Number(/^seed (\d+)/.exec(message)?.[1])).filter(Number.isInteger);
  return { numbers, problems };
}

beforeAll(async () => {
  host = await openJournalHost();
  machine = new TestMachine("journal-damaged", host.deps.world);
  await machine.place({ "root/seed.sh": SEED, [`${UNITS}/seed.service`]: loudUnit("/root/seed.sh") });
  await machine.start();
  machine.systemctl("start", "seed.service");
  await machine.powerOff();
  const journals = join(machine.tree, "var/log/journal");
  file = join(journals, readdirSync(journals)[0] ?? "none", "system.journal");
  kept = join("/tmp", `${machine.name}.journal`);
  copyFileSync(file, kept);
});

afterAll(async () => {
  machine.remove();
  rmSync(kept, { force: true });
  await host.close();
});

describe("a journal file that is damaged in the middle", () => {
  it("is read as far as it can be from either end, in order, and the damage is told", async () => {
    const all = Array.from({ length: SEEDS }, (_, n) => n + 1);
    expect(await readAll({})).toEqual({ numbers: all, problems: [] });
    damageJournal(file);
    const [backward, forward] = [await readAll({}), await readAll({ direction: "forward" })];
    // journalctl may not get past the damage, says nothing, and ends with 0: that lines end there is no sign that the journal does.
    for (const { numbers, problems } of [backward, forward]) {
      expect(numbers.length).toBeGreaterThan(0);
      expect(numbers.length).toBeLessThan(SEEDS);
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      expect(problems.map(({ problem }) => problem)).toContain("damaged");
    }
    copyFileSync(kept, file);
  });

  it("has no lines, and says why, where all of it is bad", async () => {
    writeFileSync(file, "no journal at all".repeat(1000));
    for (const one of readdirSync(join(file, ".."))) if (!one.startsWith("system.")) rmSync(join(file, "..", one));
    const { numbers, problems } = await readAll({});
    expect(numbers).toEqual([]);
    expect(problems).toMatchObject([{ file: "system.journal", problem: "corrupted" }]);
    copyFileSync(kept, file);
  });
});
