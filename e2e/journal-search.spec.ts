import { signInAs } from "./fixtures/accounts";
import { expectAccessible } from "./fixtures/axe";
import { addUnit, hostCommand, placeMachine, removeMachine, startMachine } from "./fixtures/host";
import { JournalTab, journalReaders, loudUnit, writeScript } from "./fixtures/journal";
import { BASE_URL, expect, test } from "./fixtures/test";

test.describe.configure({ mode: "serial" });

const NAME = "journal-search";
/** So many seconds of it are written, each of which takes about one to search: more than one answer's time, in stretches that fit into it. */
const SECONDS = 24;
const MEASURED = 150;
/** Takes PCRE2 some milliseconds to see that it does not fit such a line: how many is measured. */
const SLOW = "(aa+)+[.;]";
const SLOW_LINE = "a".repeat(25);
const RARE = "the one that fits a.";

const systemctlStart = (unit: string) => hostCommand("/usr/bin/systemctl", "-M", NAME, "start", unit);

/** How many lines this host searches in a second. */
async function searchedInSecond(): Promise<number> {
  await systemctlStart("measured.service");
  const read = (...args: string[]) =>
    hostCommand("/usr/bin/journalctl", "-q", "-M", NAME, "-u", "measured.service", ...args);
  // journald has the last of them a moment after the unit has ended.
  await expect.poll(async () => (await read("-o", "cat")).split(`${SLOW_LINE}\n`).length - 1).toBe(MEASURED);
  const began = performance.now();
  // It finds nothing, and fails for that.
  await read(`--grep=${SLOW}`).catch(() => undefined);
  return Math.ceil((1000 * MEASURED) / (performance.now() - began));
}

test.beforeAll(async () => {
  test.setTimeout(120_000);
  await placeMachine(NAME);
  await writeScript(NAME, "measured.sh", `yes ${SLOW_LINE} | head -n ${MEASURED}`);
  for (const name of ["measured", "slow"])
    await addUnit(NAME, `${name}.service`, loudUnit(`${name}.sh`), { wanted: false });
  await startMachine(NAME);
  const lines = await searchedInSecond();
  const rounds = `n=0; while [ $n -lt ${SECONDS} ]; do n=$((n+1)); yes ${SLOW_LINE} | head -n ${lines}; sleep 1; done`;
  await writeScript(NAME, "slow.sh", `echo '${"a".repeat(3)}. ${RARE}'; ${rounds}`);
  await systemctlStart("slow.service");
});

test.afterAll(() => removeMachine(NAME));

test("a pattern that fits rarely is searched for step by step, and found", async ({ page, context }) => {
  test.setTimeout(240_000);
  await signInAs(context, "viewer");
  const journal = new JournalTab(page, NAME);
  await journal.open();
  await page.getByRole("checkbox", { name: "Regex" }).click();
  await page.getByRole("searchbox", { name: "Search the lines" }).fill(SLOW);
  const further = page.getByRole("button", { name: "Search further back" });
  await expect(page.getByText("No line fits the filter so far")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/^Searched back to .*: nothing more so far\.$/)).toBeVisible();
  await expectAccessible(page);
  await expect(async () => {
    if (await further.isVisible()) await further.click();
    await expect(journal.line(RARE)).toBeVisible({ timeout: 14_000 });
  }).toPass({ timeout: 200_000, intervals: [0] });
});

test("a question that the page asks no more ends on the host", async ({ page, context }) => {
  await signInAs(context, "viewer");
  const journal = new JournalTab(page, NAME);
  // What ends in the past is not followed, but asked for.
  const until = encodeURIComponent(new Date().toISOString());
  const asking = () => journalReaders(NAME, "--reverse");
  const address = `${BASE_URL}/machines/${NAME}?text=${encodeURIComponent(SLOW)}&regex=1&until=${until}#journal`;
  await page.goto(address);
  await expect.poll(asking).toBe(1);
  await page.getByRole("tab", { name: "Overview" }).click();
  // Long before its own time is over.
  await expect.poll(asking, { timeout: 6000 }).toBe(0);
  await page.goto(address);
  await page.reload();
  await expect.poll(asking).toBe(1);
  await page.getByRole("searchbox", { name: "Search the lines" }).fill("");
  await expect(journal.lines.getByRole("option").first()).toBeAttached({ timeout: 7000 });
  await expect.poll(asking).toBe(0);
});
