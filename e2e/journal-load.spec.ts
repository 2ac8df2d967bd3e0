import { signInAs } from "./fixtures/accounts";
import { addUnit, placeMachine, removeMachine, startMachine } from "./fixtures/host";
import { JournalTab, liftRateLimit, loudUnit, writeScript } from "./fixtures/journal";
import { expect, test } from "./fixtures/test";

const NAME = "journal-load";
/** 10 000 a second, in each tenth of it, until it is told that that is enough. */
const FAST_SCRIPT =
  "n=0; while [ ! -e /root/enough ]; do /usr/bin/seq -f 'fast %.0f' $((n+1)) $((n+1000)); n=$((n+1000)); sleep 0.1; done; echo fast-end $n";
/** More than the browser's connection and the api hold for a page, in fewer lines than a page does. */
const HEAVY = 4000;
const HEAVY_CHARACTERS = 15_000;
const HEAVY_SCRIPT = `x=$(head -c ${HEAVY_CHARACTERS} /dev/zero | tr '\\0' x); n=0; while [ $n -lt ${HEAVY} ]; do n=$((n+1)); echo "heavy $n $x"; done`;
const HELD_MS = 20_000;

test.beforeAll(async () => {
  await placeMachine(NAME);
  await liftRateLimit(NAME);
  for (const [unit, script] of [
    ["fast", FAST_SCRIPT],
    ["heavy", HEAVY_SCRIPT],
  ] as const) {
    await writeScript(NAME, `${unit}.sh`, script);
    await addUnit(NAME, `${unit}.service`, loudUnit(`${unit}.sh`), { wanted: false });
  }
  await startMachine(NAME);
});

test.afterAll(() => removeMachine(NAME));

test("a machine that logs ten thousand lines a second leaves the page usable, and its lines in order", async ({
  page,
  context,
}) => {
  test.setTimeout(300_000);
  await signInAs(context, "viewer");
  const journal = new JournalTab(page, NAME);
  await journal.open("?units=fast.service");
  await journal.systemctl("start", "--no-block", "fast.service");
  await expect(journal.line("fast ").first()).toBeVisible();
  // How soon it answers is the host's speed; the lines end only after it has.
  const menu = page.getByRole("menuitem", { name: "Text" });
  for (let clicks = 0; clicks < 3; clicks += 1) {
    await page.getByRole("button", { name: "Download" }).click();
    await expect(menu).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(menu).toBeHidden();
  }
  // It went on meanwhile.
  const end = journal.line(/fast-end \d+$/);
  await expect(end).toHaveCount(0);
  await writeScript(NAME, "enough", "");
  await expect(end).toBeVisible({ timeout: 150_000 });
  const last = Number(/\d+$/.exec((await end.textContent()) ?? "")?.[0]);
  await expect(page.getByRole("button", { name: "Follow" })).toHaveAttribute("aria-pressed", "true");
  const texts = await journal.line(/fast \d+$/).allTextContents();
  const numbers = texts.map((text) => Number(/fast (\d+)$/.exec(text)?.[1]));
  expect(numbers.length).toBeGreaterThan(15);
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  expect(numbers.at(-1)).toBe(last);
});

test("a page that lags is told exactly how many lines it has not got, and is not cut off", async ({
  page,
  context,
}) => {
  test.setTimeout(300_000);
  await signInAs(context, "viewer");
  const journal = new JournalTab(page, NAME);
  let closed = 0;
  page.on("websocket", (socket) => socket.on("close", () => closed++));
  await journal.open("?units=heavy.service");
  const held = page.evaluate((ms) => {
    const end = performance.now() + ms;
    while (performance.now() < end);
  }, HELD_MS);
  await journal.systemctl("start", "--no-block", "heavy.service");
  await held;
  await expect(journal.line(`heavy ${HEAVY} x`)).toBeVisible({ timeout: 150_000 });
  const missing = async () => {
    const all = await journal.journalctl("-o", "json", "--output-fields=_PID", "-u", "heavy.service");
    const { held: lines, leftOut } = await journal.counts();
    return all.length - lines - leftOut;
  };
  await expect.poll(missing).toBe(0);
  const { leftOut } = await journal.counts();
  expect(leftOut).toBeGreaterThan(0);
  expect(closed).toBe(0);
  // The place is in the list: the lines after it are those that came when the page was there again.
  await journal.scroll(-10_000_000);
  const gap = journal.lines.getByText(/lines? (was|were) left out here/).first();
  await expect(async () => {
    await journal.scroll(3000);
    await expect(gap).toBeVisible({ timeout: 200 });
  }).toPass({ timeout: 120_000, intervals: [0] });
});
