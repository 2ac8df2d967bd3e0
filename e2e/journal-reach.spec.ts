import { signInAs } from "./fixtures/accounts";
import { addUnit, hostCommand, placeMachine, removeMachine, startMachine } from "./fixtures/host";
import { JournalTab, loudUnit, writeScript } from "./fixtures/journal";
import { expect, test } from "./fixtures/test";

test.describe.configure({ mode: "serial" });

const NAME = "journal-reach";
/** More than a page holds (MAX_LINES). */
const SEEDS = 7500;
const MAX_HELD = 5000;
const FEW = 50;
/** Between the lines of two units there is a whole second that is in neither. */
const APART_MS = 2500;

/** When the first line of a unit was written. */
async function beganMs(journal: JournalTab, unit: string): Promise<number> {
  const [first = ""] = await journal.journalctl("-o", "json", "--output-fields=_PID", "-u", unit);
  return Number((JSON.parse(first) as { __REALTIME_TIMESTAMP: string }).__REALTIME_TIMESTAMP) / 1000;
}

test.beforeAll(async () => {
  await placeMachine(NAME);
  for (const [unit, count] of [
    ["seed", SEEDS],
    ["early", FEW],
    ["late", FEW],
  ] as const) {
    await writeScript(NAME, `${unit}.sh`, `/usr/bin/seq -f '${unit} %.0f' 1 ${count}`);
    await addUnit(NAME, `${unit}.service`, loudUnit(`${unit}.sh`), { wanted: false });
  }
  await startMachine(NAME);
  await hostCommand("/usr/bin/systemctl", "-M", NAME, "start", "seed.service");
});

test.afterAll(() => removeMachine(NAME));

test("it is read back beyond what a page holds, and forward again to what is written, no line twice and none missing", async ({
  page,
  context,
}) => {
  test.setTimeout(500_000);
  await signInAs(context, "viewer");
  const journal = new JournalTab(page, NAME);
  await journal.open("?units=seed.service");
  await expect(journal.line(`seed ${SEEDS}`)).toBeVisible();
  const beginning = page.getByText("The journal begins here.");
  await expect(async () => {
    await journal.scroll(-100_000);
    expect((await journal.counts()).held).toBeLessThanOrEqual(MAX_HELD);
    await expect(beginning).toBeVisible({ timeout: 200 });
  }).toPass({ timeout: 200_000, intervals: [0] });
  // The far end was forgotten.
  await expect(page.getByRole("button", { name: "To the newest lines" })).toBeVisible();
  expect((await journal.counts()).held).toBe(MAX_HELD);
  const seen = new Map<string, string>();
  const follow = page.getByRole("button", { name: "Follow" });
  await expect(async () => {
    for (const [id, text] of await journal.readOn(40)) seen.set(id, text);
    expect((await journal.counts()).held).toBeLessThanOrEqual(MAX_HELD);
    await expect(follow).toHaveAttribute("aria-pressed", "true", { timeout: 100 });
  }).toPass({ timeout: 200_000, intervals: [0] });
  const numbers = [...seen.values()].flatMap((text) => /seed (\d+)$/.exec(text)?.[1] ?? []).map(Number);
  expect(numbers).toEqual(Array.from({ length: SEEDS }, (_, n) => n + 1));
  // It is live again.
  await writeScript(NAME, "seed.sh", "echo once more");
  await journal.systemctl("start", "seed.service");
  await expect(journal.line("once more")).toBeVisible();
});

test("a moment between two lines is gone to, and a range of time has just the lines in it", async ({
  page,
  context,
}) => {
  await signInAs(context, "viewer");
  const journal = new JournalTab(page, NAME);
  await journal.runUnit("early.service", FEW);
  const earlyMs = Date.now();
  await expect.poll(() => Date.now() - earlyMs).toBeGreaterThan(APART_MS);
  await journal.runUnit("late.service", FEW);
  const lateMs = await beganMs(journal, "late.service");
  const betweenMs = Math.floor(lateMs / 1000) * 1000 - 1000;
  expect(betweenMs).toBeGreaterThan(earlyMs);
  await journal.open("?units=early.service,late.service");
  await page.getByRole("button", { name: "Time" }).click();
  const moment = await page.evaluate((ms) => {
    const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
    return local.toISOString().slice(0, 19);
  }, betweenMs);
  await page.getByLabel("Go to", { exact: true }).fill(moment);
  await expect(page).toHaveURL(/&at=/);
  await expect.poll(async () => (await journal.topLine()).text).toContain("Starting late.service");
  await expect(journal.line(/late 1$/)).toBeInViewport();
  // What is before it is one scroll away.
  await journal.scroll(-100);
  await expect(journal.line(new RegExp(`early ${FEW}$`))).toBeAttached();
  await page.getByLabel("Go to", { exact: true }).fill("");
  const units = ["-u", "early.service", "-u", "late.service"];
  const at = new Date(betweenMs).toISOString().replace("T", " ").replace("Z", " UTC");
  await page.getByLabel("From", { exact: true }).fill(moment);
  const after = await journal.expectAsMany(...units, `--since=${at}`);
  await expect(journal.line(new RegExp(`late ${FEW}$`))).toBeAttached();
  await expect(journal.line("early")).toHaveCount(0);
  await page.getByLabel("From", { exact: true }).fill("");
  await page.getByLabel("To", { exact: true }).fill(moment);
  const before = await journal.expectAsMany(...units, `--until=${at}`);
  await expect(page.getByText("Ends in the past")).toBeVisible();
  await expect(journal.line(new RegExp(`early ${FEW}$`))).toBeAttached();
  await expect(journal.line("late")).toHaveCount(0);
  expect(before.length + after.length).toBe((await journal.journalctl("-o", "cat", ...units)).length);
});

test("one of two boots is chosen, and has just its lines", async ({ page, context }) => {
  await signInAs(context, "viewer");
  const journal = new JournalTab(page, NAME);
  const units = ["-u", "early.service", "-u", "late.service"];
  const [firstBoot] = await journal.journalctl("-F", "_BOOT_ID");
  await hostCommand("/usr/bin/machinectl", "poweroff", NAME);
  await expect.poll(() => hostCommand("/usr/bin/machinectl", "list", "--no-legend")).not.toContain(`${NAME} `);
  await startMachine(NAME);
  await journal.systemctl("start", "late.service");
  const boots = await journal.journalctl("-F", "_BOOT_ID");
  const secondBoot = boots.find((boot) => boot !== firstBoot) ?? "none";
  await journal.open("?units=early.service,late.service");
  const all = await journal.expectAsMany(...units);
  for (const [nth, boot] of [
    [1, secondBoot],
    [2, firstBoot ?? "none"],
  ] as const) {
    await page.getByRole("combobox", { name: "Boot" }).click();
    await page.getByRole("option").nth(nth).click();
    await expect(page).toHaveURL(new RegExp(`boot=${boot}`));
    const theirs = await journal.expectAsMany(...units, `_BOOT_ID=${boot}`);
    await expect(journal.line("late").first()).toBeAttached();
    expect(theirs.length).toBeLessThan(all.length);
  }
  await journal.scroll(-100_000);
  await expect(journal.line("early 1").first()).toBeAttached();
});
