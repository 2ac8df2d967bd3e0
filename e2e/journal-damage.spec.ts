import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { damageJournal } from "@/lab/damage-journal";
import { signInAs } from "./fixtures/accounts";
import { expectAccessible } from "./fixtures/axe";
import { addUnit, hostCommand, placeMachine, removeMachine, startMachine } from "./fixtures/host";
import { JournalTab, loudUnit, writeScript } from "./fixtures/journal";
import { expect, test } from "./fixtures/test";

test.describe.configure({ mode: "serial" });

const NAME = "journal-damage";
const SEEDS = 4000;
const NO_JOURNAL = "no journal at all".repeat(1000);

let directory: string;

test.beforeAll(async () => {
  await placeMachine(NAME);
  await writeScript(NAME, "seed.sh", `/usr/bin/seq -f 'seed %.0f, and what makes it longer' 1 ${SEEDS}`);
  await addUnit(NAME, "seed.service", loudUnit("seed.sh"), { wanted: false });
  await startMachine(NAME);
  await hostCommand("/usr/bin/systemctl", "-M", NAME, "start", "seed.service");
  await hostCommand("/usr/bin/machinectl", "poweroff", NAME);
  await expect.poll(() => hostCommand("/usr/bin/machinectl", "list", "--no-legend")).not.toContain(`${NAME} `);
  const journals = `/var/lib/machines/${NAME}/var/log/journal`;
  directory = join(journals, (await readdir(journals))[0] ?? "none");
});

test.afterAll(() => removeMachine(NAME));

test("a file that is none is told, and the lines of the others are shown", async ({ page, context }) => {
  await signInAs(context, "viewer");
  const journal = new JournalTab(page, NAME);
  const broken = join(directory, "user-1.journal");
  await writeFile(broken, NO_JOURNAL);
  await journal.open();
  await expect(page.getByText("1 journal file could not be read whole: user-1.journal is corrupted.")).toBeVisible();
  await expect(journal.lines.getByRole("option").first()).toBeAttached();
  await expectAccessible(page);
  await rm(broken);
});

test("damage in the middle of a file is told when it is come to, and its beginning is not taken for the journal's", async ({
  page,
  context,
}) => {
  test.setTimeout(240_000);
  await signInAs(context, "viewer");
  const journal = new JournalTab(page, NAME);
  damageJournal(join(directory, "system.journal"));
  await journal.open();
  await expect(async () => {
    await journal.scroll(-100_000);
    await expect(page.getByText("What can be read of the journal begins here.")).toBeVisible({ timeout: 200 });
  }).toPass({ timeout: 120_000, intervals: [0] });
  // Where the damage falls decides what journalctl says of it: entries left out, or a file not read on.
  await expect(page.getByText(/journal files? could not be read whole: /)).toBeVisible();
  await expect(page.getByText("The journal begins here.", { exact: true })).toHaveCount(0);
});

test("where no file can be read, that is said beside that nothing fits", async ({ page, context }) => {
  await signInAs(context, "viewer");
  const journal = new JournalTab(page, NAME);
  for (const file of await readdir(directory)) await writeFile(join(directory, file), NO_JOURNAL);
  // What was followed a moment ago is still as it was then: ask for something else.
  await journal.open("?units=seed.service");
  await expect(page.getByText("No line fits the filter")).toBeVisible();
  await expect(page.getByText(/could not be read whole: .*system\.journal is corrupted/)).toBeVisible();
  await expectAccessible(page);
});
