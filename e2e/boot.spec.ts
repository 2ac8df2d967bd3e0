import { readFile, writeFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";

import { signInAs } from "./fixtures/accounts";
import { expectAccessible } from "./fixtures/axe";
import { recordBoots } from "./fixtures/database";
import { addUnit, hostCommand, placeMachine, removeDbus, removeMachine } from "./fixtures/host";
import { expectToFit, openOnPhone } from "./fixtures/phone";
import { BASE_URL, expect, test } from "./fixtures/test";

test.describe.configure({ mode: "serial" });

const NAME = "boot-one";
const WITHOUT_BUS = "boot-nobus";
/** The slowest by far, and at the first boot as slow as it takes to be looked at. */
const SLOW =
  "[Unit]\nDescription=Slow\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c 'sleep 3; until [ -e /root/go-on ]; do sleep 0.1; done'\n";
const BROKEN = "[Unit]\nDescription=Broken\n[Service]\nType=oneshot\nExecStart=/bin/false\n";
const EARLIER_USEC = [1_000_000, 1_100_000, 1_000_000, 1_050_000, 1_020_000];

const view = (page: Page, name: string): Locator => page.getByRole("tab", { name, exact: true });
const plot = (page: Page): Locator => page.getByRole("listbox", { name: "Units by when they started" });
const row = (page: Page, unit: string): Locator => page.getByRole("option", { name: `${unit}:` });
const times = (page: Page): Locator => page.getByTestId("unit-times");

async function open(page: Page, name = NAME, query = ""): Promise<void> {
  await page.goto(`${BASE_URL}/machines/${name}${query}#boot`);
  await expect(page.getByRole("tab", { name: "Timeline" })).toBeVisible();
}

/** What `systemd-analyze` prints, word by word. */
async function analyze(...args: string[]): Promise<string[]> {
  const text = await hostCommand("/usr/bin/systemd-analyze", "--no-pager", "-M", NAME, ...args);
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

const bars = (page: Page): Locator => page.getByRole("figure").locator("rect:has(title)");

/** A bar for each recorded boot, the oldest first: its colour, and its height in proportion to what it says. */
async function expectBars(page: Page, colours: readonly string[]): Promise<void> {
  await expect(page.getByRole("figure")).toContainText(`Userspace time of the last ${colours.length} boots`);
  const drawn = await bars(page).evaluateAll((all) =>
    all.map((bar) => ({
      colour: bar.getAttribute("class")?.replace("fill-", ""),
      height: Number(bar.getAttribute("height")),
      title: bar.querySelector("title")?.textContent ?? "",
    })),
  );
  expect(drawn.map(({ colour }) => colour)).toEqual(colours);
  const perUsec = (index: number) => (drawn[index]?.height ?? 0) / (EARLIER_USEC[index] ?? Number.NaN);
  for (const index of EARLIER_USEC.keys()) expect(perUsec(index) / perUsec(0)).toBeCloseTo(1, 2);
  expect(drawn.slice(0, 2).map(({ title }) => title.split(" · ")[1])).toEqual(["1s", "1.100s"]);
  const last = drawn.at(-1)?.height ?? 0;
  expect(Math.max(...drawn.slice(0, -1).map(({ height }) => height))).toBeLessThan(last);
}

/** Until nothing starts any more: a unit that does changes what systemd-analyze prints. */
async function waitForLastJob(): Promise<void> {
  const jobs = () => hostCommand("/usr/bin/systemctl", "-M", NAME, "list-jobs").catch(() => "no bus yet");
  await expect.poll(jobs).toContain("No jobs");
}

test.beforeAll(async () => {
  await placeMachine(NAME);
  await addUnit(NAME, "slow.service", SLOW);
  await addUnit(NAME, "broken.service", BROKEN);
  await recordBoots(NAME, EARLIER_USEC);
  await placeMachine(WITHOUT_BUS);
  await removeDbus(WITHOUT_BUS);
});

test.afterAll(async () => {
  for (const name of [NAME, WITHOUT_BUS]) await removeMachine(name);
});

test("a boot is followed from a stopped machine to its end", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page);
  await expect(page.getByText(`${NAME} does not run`)).toBeVisible();
  await expectAccessible(page);
  await hostCommand("/usr/bin/machinectl", "start", NAME);
  await expect(page.getByText(`${NAME} has not finished booting`)).toBeVisible();
  await expect(page.getByRole("list", { name: "Jobs it waits for" })).toContainText("slow.service");
  await expectAccessible(page);
  await writeFile(`/var/lib/machines/${NAME}/root/go-on`, "");
  await expect(plot(page)).toBeVisible();
  await waitForLastJob();
  const [startup = ""] = await analyze("time");
  await expect(page.getByText("Userspace", { exact: true }).locator("..")).toContainText(
    /finished in (\S+(?: \S+)*) \(userspace\)/.exec(startup)?.[1] ?? "nothing",
  );
});

test("the timeline tells each unit's times and ties, moves, is filtered and exported", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page);
  await plot(page).focus();
  await page.keyboard.press("Home");
  const selected = plot(page).getByRole("option", { selected: true });
  await expect(selected).toHaveAttribute("aria-posinset", "1");
  await page.keyboard.press("ArrowDown");
  await expect(selected).toHaveAttribute("aria-posinset", "2");
  // Of many rows only those near the screen exist.
  await page.keyboard.press("End");
  await row(page, "slow.service").hover();
  await expect(times(page)).toContainText("slow.service");
  await expect(times(page)).toContainText(/starting @[\d.]+m?s/);
  await expect(page.locator('[data-relation="after basic.target"]')).toBeAttached();
  await expectAccessible(page);

  await page.getByRole("searchbox", { name: "Filter units" }).fill("slow");
  await expect(plot(page).getByRole("option")).toHaveCount(1);
  const bar = row(page, "slow.service").locator('[data-phase="activating"]');
  const width = () => bar.getAttribute("width").then(Number);
  const before = await width();
  await page.getByRole("button", { name: "Zoom out" }).click();
  expect(await width()).toBe(before);
  await page.getByRole("button", { name: "Zoom in" }).click();
  await expect.poll(width).not.toBe(before);
  await page.getByRole("button", { name: "Show the whole boot" }).click();
  await expect.poll(width).toBe(before);
  for (const format of ["SVG", "PNG"] as const) {
    await page.getByRole("button", { name: "Export" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: format }).click();
    const file = await readFile(await (await download).path());
    if (format === "SVG") expect(file.toString("utf8")).toMatch(/<svg.*slow\.service.*<\/svg>/s);
    else expect(file.subarray(1, 4).toString("latin1")).toBe("PNG");
  }
});

test("blame is what systemd-analyze prints, and leads to the critical chain, which is too", async ({
  page,
  context,
}) => {
  await signInAs(context, "viewer");
  await open(page);
  await view(page, "Blame").click();
  const rows = page.getByRole("table", { name: "Blame" }).locator("tbody tr");
  await expect(rows.first()).toContainText("slow.service");
  const shown = await rows.evaluateAll((all) =>
    all.map((one) => `${one.querySelector("td")?.textContent} ${one.querySelector("button")?.textContent}`),
  );
  const theirs = await analyze("blame");
  // Units that took equally long may stand in either order.
  const durations = (lines: readonly string[]) => lines.map((line) => line.slice(0, line.lastIndexOf(" ")));
  expect(durations(shown)).toEqual(durations(theirs));
  expect([...shown].sort()).toEqual([...theirs].sort());
  await expectAccessible(page);

  await view(page, "Critical chain").click();
  const slow = (await analyze("critical-chain")).find((line) => line.includes("slow.service")) ?? "nothing";
  const [, at = "", took = ""] = /(@\S+) (\+\S+)$/.exec(slow) ?? [];
  const chain = page.getByRole("list", { name: "What graphical.target waited for" });
  const link = chain.getByText("slow.service", { exact: true }).locator("..");
  await expect(link).toContainText(at);
  await expect(link).toContainText(took);
  await expectAccessible(page);
  await page.getByLabel("What held up").fill("systemd-logind.service");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByRole("list", { name: "What systemd-logind.service waited for" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("list", { name: "What systemd-logind.service waited for" })).toBeVisible();
});

test("the history grows by each boot, marks a slow one, and compares two", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page, NAME, "?view=history");
  const boots = page.getByRole("table", { name: "Recorded boots" });
  const rows = boots.locator("tbody tr");
  await expect(rows).toHaveCount(EARLIER_USEC.length + 1);
  await expect(rows.first()).toContainText("slower than usual (1.020s)");
  await expect(rows.nth(1)).not.toContainText("slower");
  await expect(rows.nth(1)).toContainText("graphical.target 1.020s");
  await expect(rows.nth(1).getByText("third.service").last()).toBeHidden();
  await rows.nth(1).getByText("and 2 more").last().click();
  await expect(rows.nth(1).getByText("third.service").last()).toBeVisible();
  await expectBars(page, ["busy", ...EARLIER_USEC.map(() => "accent")].reverse());
  await rows.first().getByRole("checkbox").click();
  await rows.nth(1).getByRole("checkbox").click();
  const compared = page.getByRole("table", { name: "Compared" });
  await expect(compared.getByRole("row", { name: /slow\.service/ })).toContainText("920ms");
  // The two that are compared stand out.
  const faded = bars(page).and(page.locator('[opacity="0.35"]'));
  await expect(faded).toHaveCount(EARLIER_USEC.length - 1);
  await expectAccessible(page);
  await view(page, "Timeline").click();
  await expect(plot(page)).toBeVisible();
  await hostCommand("/usr/bin/machinectl", "poweroff", NAME);
  await expect(page.getByText(`${NAME} does not run`)).toBeVisible();
  await view(page, "History").click();
  await expect(rows).toHaveCount(EARLIER_USEC.length + 1);
  await expect(page.getByRole("main").getByText("Stopped").first()).toBeVisible();
  await hostCommand("/usr/bin/machinectl", "start", NAME);
  await expect(rows).toHaveCount(EARLIER_USEC.length + 2);
});

test("a machine without D-Bus is explained", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await hostCommand("/usr/bin/machinectl", "start", WITHOUT_BUS);
  await open(page, WITHOUT_BUS);
  await expect(page.getByText(`${WITHOUT_BUS} has no D-Bus`)).toBeVisible();
  await expect(page.getByText("Install dbus or dbus-broker in the machine")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("tab", { name: "Units" }).click();
  await expect(page.getByText(`${WITHOUT_BUS} has no D-Bus`)).toBeVisible();
});

test("every view is clean to axe in the dark on a phone, in Chinese, and does not scroll sideways", async ({
  page,
  context,
}) => {
  await signInAs(context, "viewer");
  await openOnPhone(page, `/machines/${NAME}#boot`);
  await expect(page.getByRole("listbox", { name: "按启动时刻排列的单元" })).toBeVisible();
  for (const name of ["时间线", "耗时", "关键链", "历史"]) {
    await view(page, name).click();
    await expect(page.getByRole("tabpanel", { name }).getByText("slow.service").first()).toBeVisible();
    await expectToFit(page, name);
  }
});
