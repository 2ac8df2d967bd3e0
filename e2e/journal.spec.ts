import { readFile, writeFile } from "node:fs/promises";
import { type ClientRequest, get } from "node:http";
import type { Locator, Page } from "@playwright/test";

import { signInAs } from "./fixtures/accounts";
import { expectAccessible } from "./fixtures/axe";
import { addUnit, hostCommand, placeMachine, removeMachine, startMachine } from "./fixtures/host";
import { JournalTab } from "./fixtures/journal";
import { expectToFit, openOnPhone } from "./fixtures/phone";
import { cookieOf } from "./fixtures/raw";
import { BASE_URL, expect, test } from "./fixtures/test";

test.describe.configure({ mode: "serial" });

const NAME = "journal-one";
const EMPTY = "journal-none";
const SEEDS = 2500;
const SEED = `[Service]\nType=oneshot\nLogRateLimitIntervalSec=0\nExecStart=/bin/sh /root/seed.sh\n`;
const SEED_SCRIPT = `for n in $(seq ${SEEDS}); do echo "<$((n % 8))>seed $n"; done\n`;
const WORD = "[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=oneshot\nExecStart=/bin/sh /root/word.sh\n";
const BROKEN = "[Unit]\nDescription=Broken\n[Service]\nType=oneshot\nExecStart=/bin/sh -c 'echo it breaks; exit 3'\n";
/** More than a connection holds that nobody reads from. */
const LONG = `[Service]\nType=oneshot\nLogRateLimitIntervalSec=0\nExecStart=/bin/sh -c "head -c 24M /dev/zero | tr '\\\\0' x"\n`;

const tab = (page: Page, name = NAME): JournalTab => new JournalTab(page, name);
const search = (page: Page): Locator => page.getByRole("searchbox", { name: "Search the lines" });

async function open(page: Page, query = "", name = NAME): Promise<void> {
  await page.goto(`${BASE_URL}/machines/${name}${query}#journal`);
  await expect(tab(page).lines.getByRole("option").first()).toBeVisible();
}

/** A unit of the machine logs this. */
async function say(word: string): Promise<void> {
  await writeFile(`/var/lib/machines/${NAME}/root/word.sh`, `echo ${word}\n`);
  await hostCommand("/usr/bin/systemctl", "-M", NAME, "start", "word.service");
}

/** A download that has begun, and that nobody reads. */
function beginDownload(path: string, cookie: string): Promise<ClientRequest> {
  return new Promise((resolve, reject) => {
    const request = get(`${BASE_URL}${path}`, { headers: { cookie }, agent: false }, (response) => {
      if (response.statusCode === 200) resolve(request);
      else reject(new Error(`answered ${response.statusCode}`));
    });
    request.on("error", reject);
  });
}

test.beforeAll(async () => {
  await placeMachine(NAME);
  await placeMachine(EMPTY);
  await writeFile(`/var/lib/machines/${NAME}/root/seed.sh`, SEED_SCRIPT);
  await addUnit(NAME, "seed.service", SEED, { wanted: false });
  await addUnit(NAME, "word.service", WORD, { wanted: false });
  await addUnit(NAME, "broken.service", BROKEN);
  await addUnit(NAME, "long.service", LONG, { wanted: false });
  await startMachine(NAME);
  await hostCommand("/usr/bin/systemctl", "-M", NAME, "start", "seed.service");
});

test.afterAll(async () => {
  for (const name of [NAME, EMPTY]) await removeMachine(name);
});

test("lines come as they are written, until the reader scrolls up; then they are counted", async ({
  page,
  context,
}) => {
  await signInAs(context, "viewer");
  await open(page);
  await expect(page.getByText("Live", { exact: true }).last()).toBeVisible();
  await say("first-word");
  await expect(tab(page).line("first-word").first()).toBeVisible();
  await expectAccessible(page);
  await tab(page).scroll(-3000);
  await expect(page.getByRole("button", { name: "To the newest lines" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Follow" })).toHaveAttribute("aria-pressed", "false");
  await say("second-word");
  const news = page.getByRole("button", { name: /^\d+ new lines$/ });
  await expect(news).toBeVisible();
  await expect(tab(page).line("second-word")).toHaveCount(0);
  await news.click();
  await expect(page.getByRole("button", { name: "Follow" })).toHaveAttribute("aria-pressed", "true");
  await expect(tab(page).line("second-word").first()).toBeVisible();
  await expect(page.getByText(`journalctl --machine=${NAME} --merge --follow`)).toBeVisible();
});

test("it reaches back to its beginning, and what is read stays in its place", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page);
  const held = page.getByText(/^[\d,]+ lines here$/);
  const first = (await held.textContent()) ?? "";
  await tab(page).scroll(-2000);
  await expect(page.getByRole("button", { name: "To the newest lines" })).toBeVisible();
  await tab(page).lines.evaluate((box) => {
    box.scrollTop = 600;
  });
  // Once the lines there are drawn.
  await expect.poll(async () => (await tab(page).topLine()).top).toBeLessThan(50);
  const before = await tab(page).topLine();
  await expect(held).not.toHaveText(first);
  const moved = async () => {
    const { id, top } = await tab(page).topLine();
    return id === before.id ? Math.abs(top - before.top) : Number.POSITIVE_INFINITY;
  };
  await expect.poll(moved).toBeLessThanOrEqual(4);
  const total = (await tab(page).journalctl("-o", "cat")).length;
  await expect(async () => {
    await tab(page).scroll(-100_000);
    await expect(page.getByText("The journal begins here.")).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 120_000, intervals: [0] });
  await tab(page).scroll(-100_000);
  expect(Number(((await held.textContent()) ?? "").replace(/\D/g, ""))).toBeGreaterThanOrEqual(total - 20);
  await expect(tab(page).lines.getByRole("option").first()).toContainText(
    (await tab(page).journalctl("-o", "cat"))[0]?.slice(0, 40) ?? "",
  );
});

test("the filters are journalctl's, and a reload keeps them", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page);
  await page.getByRole("button", { name: "All units" }).click();
  await page.getByRole("menuitemcheckbox", { name: "seed.service", exact: true }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("combobox", { name: "Priority" }).click();
  await page.getByRole("option", { name: "err and worse" }).click();
  await search(page).fill("seed 24");
  const theirs = await tab(page).journalctl("-o", "cat", "-u", "seed.service", "-p", "err", "-g", "seed 24");
  const shown = page.getByText(`${theirs.length} lines here`);
  await expect(shown).toBeVisible();
  await expect(tab(page).line(theirs.at(-1) ?? "nothing")).toBeVisible();
  await expect(page).toHaveURL(/units=seed\.service&priority=err&text=seed\+24#journal$/);
  await page.reload();
  await expect(shown).toBeVisible();
  await expect(search(page)).toHaveValue("seed 24");
  await search(page).fill("no such thing");
  await expect(page.getByText("No line fits the filter")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Show all lines" }).click();
  await expect(tab(page).line("seed").first()).toBeAttached();
});

test("a bad pattern is told at its field", async ({ page, context, expected }) => {
  expected(/400/);
  await signInAs(context, "viewer");
  await open(page);
  await search(page).fill("seed (");
  await expect(page.getByText("No line fits the filter")).toBeVisible();
  await page.getByRole("checkbox", { name: "Regex" }).click();
  await expect(page.getByRole("search").getByRole("alert")).toContainText("missing closing parenthesis");
  await expect(search(page)).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page);
  await search(page).fill("^seed (1|2)$");
  await expect(page.getByText("2 lines here")).toBeVisible();
  await expect(page.getByRole("search").getByRole("alert")).toHaveCount(0);
});

test("a moment is gone to, and a range is kept", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page, "?units=seed.service&text=seed");
  await page.getByRole("button", { name: "Time" }).click();
  await page.getByLabel("Go to", { exact: true }).fill("2020-01-01T00:00:00");
  await expect(tab(page).line(/seed 1$/)).toBeVisible();
  await page.getByRole("button", { name: "To the newest lines" }).click();
  await expect(tab(page).line(`seed ${SEEDS}`)).toBeVisible();
  // Typed digit by digit, the year is 0002 at first.
  await page.getByLabel("From", { exact: true }).fill("0002-01-01T00:00:00");
  await expect(tab(page).line(`seed ${SEEDS}`)).toBeVisible();
  await page.getByLabel("From", { exact: true }).fill("2100-01-01T00:00:00");
  await expect(page.getByText("No line fits the filter")).toBeVisible();
  await page.getByLabel("Go to", { exact: true }).fill("2020-01-01T00:00:00");
  await expect(page).toHaveURL(/&at=2020/);
  await expect(page.getByText("No line fits the filter")).toBeVisible();
  await page.getByLabel("From", { exact: true }).fill("");
  await expect(tab(page).line(/seed 1$/)).toBeVisible();
  await page.getByLabel("Go to", { exact: true }).fill("");
  await page.getByLabel("To", { exact: true }).fill("2020-01-01T00:00:00");
  await expect(page.getByText("No line fits the filter")).toBeVisible();
  await expect(page.getByText("Ends in the past")).toBeVisible();
});

test("an entry is opened by the keyboard, with all its fields", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page, "?text=it+breaks");
  await tab(page).lines.focus();
  await page.keyboard.press("ArrowUp");
  const entry = page.getByRole("region", { name: "Entry", exact: true });
  await expect(entry).toContainText("it breaks");
  await expect(entry).toContainText("_SYSTEMD_INVOCATION_ID");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(entry).toHaveCount(0);
  await tab(page).line("it breaks").click();
  await entry.getByRole("button", { name: "Only broken.service" }).click();
  await expect(page).toHaveURL(/units=broken\.service/);
});

test("a failed unit leads to its lines, and the lines to a file", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await page.goto(`${BASE_URL}/machines/${NAME}?unit=broken.service#units`);
  await page.getByRole("link", { name: "All its lines" }).click();
  await expect(page).toHaveURL(/\?units=broken\.service#journal$/);
  await expect(page.getByRole("tab", { name: "Journal" })).toHaveAttribute("aria-selected", "true");
  await expect(tab(page).line("it breaks")).toBeVisible();
  const theirs = await tab(page).journalctl("-o", "cat", "-u", "broken.service");
  await expect(page.getByText(`${theirs.length} lines here`)).toBeVisible();
  for (const [format, output] of [
    ["Text", "short-iso"],
    ["JSON", "json"],
  ] as const) {
    await page.getByRole("button", { name: "Download" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: format }).click();
    const text = await readFile(await (await download).path(), "utf8");
    const printed = await tab(page).journalctl("-o", output, "-u", "broken.service");
    if (format === "Text") expect(text.trim().split("\n")).toEqual(printed);
    else
      expect(
        text
          .trim()
          .split("\n")
          .map((one) => JSON.parse(one)),
      ).toEqual(printed.map((one) => JSON.parse(one)));
  }
});

test("it says that the machine has stopped, keeps its lines, and goes on with the next boot", async ({
  page,
  context,
}) => {
  await signInAs(context, "viewer");
  await open(page);
  await hostCommand("/usr/bin/machinectl", "poweroff", NAME);
  await expect(page.getByText("These lines are read from its disk.")).toBeVisible({ timeout: 30_000 });
  await expect(tab(page).lines.getByRole("option").first()).toBeAttached();
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByText("These lines are read from its disk.")).toBeVisible();
  await expect(page.getByText(`journalctl --directory=/var/lib/machines/${NAME}/var/log/journal`)).toBeVisible();
  await startMachine(NAME);
  await say("after-the-boot");
  await expect(tab(page).line("after-the-boot").first()).toBeVisible();
  await search(page).fill("Journal started");
  await expect(page.getByText(/^Boot [0-9a-f]{8}$/)).toBeVisible();
  await expectAccessible(page);
});

test("it goes on after the api was away, without a line twice", async ({ page, context, expected }) => {
  expected(/WebSocket|50[0-9]|ERR_/);
  await signInAs(context, "viewer");
  await say("before-the-cut");
  await open(page, "?units=word.service");
  await expect(tab(page).line(/: before-the-cut$/)).toHaveCount(1);
  try {
    await hostCommand("/usr/bin/systemctl", "stop", "machineroom-api.service");
    await expect(page.getByText("Not connected to the host.")).toBeVisible();
    await expect(tab(page).line(/: before-the-cut$/)).toHaveCount(1);
    await say("during-the-cut");
  } finally {
    await hostCommand("/usr/bin/systemctl", "start", "machineroom-api.service");
  }
  await expect(tab(page).line(/: during-the-cut$/)).toHaveCount(1);
  await expect(tab(page).line(/: before-the-cut$/)).toHaveCount(1);
});

test("a machine that never booted says that it has no journal; and it is clean to axe in the dark on a phone, in Chinese", async ({
  page,
  context,
}) => {
  await signInAs(context, "viewer");
  await page.goto(`${BASE_URL}/machines/${EMPTY}#journal`);
  await expect(page.getByText(`${EMPTY} has no journal on disk`)).toBeVisible();
  await expectAccessible(page);
  await openOnPhone(page, `/machines/${NAME}?priority=err#journal`);
  const box = page.getByRole("listbox", { name: "日志" });
  await box.getByRole("option").last().click();
  await expect(page.getByRole("region", { name: "条目", exact: true })).toContainText("MESSAGE");
  await expectToFit(page);
});

test("who downloads too much at once is told so, and can again afterwards", async ({ page, context, expected }) => {
  expected(/503/);
  await signInAs(context, "viewer");
  await hostCommand("/usr/bin/systemctl", "-M", NAME, "start", "long.service");
  await open(page, "?units=long.service");
  const [path, cookie] = [`/api/files/journals/${NAME}?unit=long.service`, await cookieOf(context)];
  const held = await Promise.all([beginDownload(path, cookie), beginDownload(path, cookie)]);
  const start = async () => {
    await page.getByRole("button", { name: "Download" }).click();
    await page.getByRole("menuitem", { name: "Text" }).click();
  };
  await start();
  const told = page.getByRole("listitem").filter({ hasText: "The journal could not be downloaded" });
  await expect(told).toContainText("as many journals as one person may at once. Wait until one of them has ended");
  await expectAccessible(page);
  for (const request of held) request.destroy();
  await expect(async () => {
    const [download] = await Promise.all([page.waitForEvent("download", { timeout: 10_000 }), start()]);
    await download.cancel();
  }).toPass({ timeout: 60_000 });
});
