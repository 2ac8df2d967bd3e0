import type { Page } from "@playwright/test";

import { accountOf, signInAs, signOut } from "./fixtures/accounts";
import { expectAccessible } from "./fixtures/axe";
import { ADDRESS_WITHIN, hostCommand, placeMachine, removeMachine } from "./fixtures/host";
import { ADMIN, expect, newPage, test } from "./fixtures/test";

test.describe.configure({ mode: "serial" });

const NAME = "shell-one";

test.beforeAll(async () => placeMachine(NAME));
test.afterAll(async () => removeMachine(NAME));

async function openList(page: Page): Promise<void> {
  await page.goto("/machines");
  await expect(page.getByRole("row").filter({ hasText: NAME })).toBeVisible();
}

test("who is signed out signs in and comes back to where they were going", async ({ page, expected }) => {
  expected(/401/);
  await page.goto(`/machines?q=${NAME}`);
  await expect(page).toHaveURL(`/sign-in?next=${encodeURIComponent(`/machines?q=${NAME}`)}`);
  await page.getByLabel("Email").fill(ADMIN.email);
  await page.getByLabel("Password").fill(ADMIN.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("row").filter({ hasText: NAME })).toBeVisible();
  await expect(page).toHaveURL(`/machines?q=${NAME}`);
});

test("a link to another site is not followed after signing in", async ({ page }) => {
  await page.goto(`/sign-in?next=${encodeURIComponent("/\\evil.example")}`);
  await page.getByLabel("Email").fill(ADMIN.email);
  await page.getByLabel("Password").fill(ADMIN.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/machines");
});

test("signing out ends the session", async ({ page, context, expected }) => {
  expected(/401/);
  await signInAs(context, "admin");
  await openList(page);
  await page.getByRole("button", { name: `Account of ${ADMIN.name}` }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/sign-in");
  await page.goto("/machines");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
});

test("the rail tells of the host, marks the page, and shows each role its pages", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await openList(page);
  await expect(page).toHaveTitle("Machines · Machineroom");
  const rail = page.getByRole("navigation", { name: "Main" });
  await expect(rail.getByRole("link", { name: "Machines" })).toHaveAttribute("aria-current", "page");
  await expect(rail.getByRole("link", { name: "Activity" })).toHaveCount(0);
  const host = page.getByRole("region", { name: "Host" });
  await expect(host).toContainText((await hostCommand("/usr/bin/hostname")).trim());
  await expect(host).toContainText("Live");
  await expect(host).toContainText(/systemd \d+/);
  await expect(host).toContainText(/of \d.* GiB/);
  await signOut(context);
  await signInAs(context, "admin");
  await openList(page);
  await expect(rail.getByRole("link", { name: "Activity" })).toBeVisible();
});

test("the first Tab skips the navigation", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await openList(page);
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});

test("theme and language are chosen in a menu, and stay", async ({ page, context }) => {
  await signInAs(context, "operator");
  await openList(page);
  const html = page.locator("html");
  await page.getByRole("button", { name: /^Account of/ }).click();
  await expect(page.getByRole("menu")).toBeVisible();
  await expectAccessible(page, { include: "[role=menu]" });
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect(html).toHaveAttribute("data-theme", "dark");
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitemradio", { name: "中文" }).click();
  await expect(page.getByRole("heading", { name: "机器" })).toBeVisible();
  await page.reload();
  await expect(html).toHaveAttribute("lang", "zh-CN");
  await expect(html).toHaveAttribute("data-theme", "dark");
  await expect(page).toHaveTitle("机器 · Machineroom");
});

test("in Chinese nothing on screen is English but names", async ({ context, browser, problems }) => {
  await signInAs(context, "admin");
  const chinese = await browser.newContext({ locale: "zh-CN", storageState: await context.storageState() });
  const tab = await newPage(chinese, problems);
  await tab.goto("/machines");
  await expect(tab.getByRole("row").filter({ hasText: NAME })).toBeVisible();
  await tab
    .getByRole("button", { name: `选择 ${NAME}` })
    .or(tab.getByRole("checkbox", { name: `选择 ${NAME}` }))
    .click();
  await tab.getByRole("button", { name: `${NAME} 的更多操作` }).click();
  await expect(tab.getByRole("menu")).toBeVisible();
  // biome-ignore lint/performance/useDomNodeTextContent: only what is drawn is to be read.
  const text = await tab.locator("body").innerText();
  await tab.keyboard.press("Escape");
  await tab.keyboard.press("Control+k");
  await expect(tab.getByRole("dialog")).toBeVisible();
  const palette = (await tab.getByRole("option").allTextContents()).join("\n");
  const hostname = (await hostCommand("/usr/bin/hostname")).trim();
  const names = [
    NAME,
    hostname,
    ADMIN.name,
    "Machineroom",
    "Debian",
    "GNU",
    "Linux",
    "systemd",
    "MiB",
    "GiB",
    "CPU",
    "Ctrl",
    "English",
  ];
  const commands = /machinectl \w+ \S+/g;
  const words = `${text}\n${palette}`.replaceAll(commands, "").match(/[A-Za-z][A-Za-z-]{2,}/g) ?? [];
  expect(words.filter((word) => !names.includes(word))).toEqual([]);
  await chinese.close();
});

test("the palette goes anywhere and acts by role", async ({ page, context }) => {
  test.slow();
  await signInAs(context, "operator");
  await openList(page);
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Go to anything" });
  await expect(palette.getByRole("option", { name: "Machines" })).toBeVisible();
  await expect(palette.getByRole("option", { name: "New machine" })).toHaveCount(0);
  await expectAccessible(page, { include: "[role=dialog]" });
  await page.keyboard.type(`start ${NAME}`);
  await expect(palette.getByRole("option")).toHaveText([`Start ${NAME}`]);
  await page.keyboard.press("Enter");
  await expect(palette).toHaveCount(0);
  await expect(page.getByText(`machinectl start ${NAME}`)).toBeVisible();
  const row = page.getByRole("row").filter({ hasText: NAME });
  await expect(row).toContainText("Running");
  // Until it has its address the host's network changes, and the browser drops what it loads.
  await expect(row).toContainText(/\d+\.\d+\.\d+\.\d+/, ADDRESS_WITHIN);
  await page.getByRole("button", { name: "Go to anything" }).click();
  await expect(palette.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("terminal shell");
  await expect(palette.getByRole("option", { selected: true })).toHaveText(`Terminal of ${NAME}`);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/machines/${NAME}#terminal`);
  await page.keyboard.press("Control+k");
  await expect(palette.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("dark");
  await expect(palette.getByRole("option", { selected: true })).toContainText(/dark/i);
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");

  await signOut(context);
  await signInAs(context, "viewer");
  await openList(page);
  await page.keyboard.press("Control+k");
  await expect(palette.getByRole("combobox")).toBeFocused();
  await page.keyboard.type(NAME);
  await expect(palette.getByRole("option")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/machines/${NAME}`);
});

test("a dock with a menu stands where the rail has no room", async ({ page, context }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await signInAs(context, "admin");
  await openList(page);
  await page.getByRole("button", { name: "More", exact: true }).click();
  await expect(page.getByRole("menuitem", { name: "Settings" })).toBeVisible();
  await expect(page.getByRole("menu")).toContainText(accountOf("admin").name);
  await expectAccessible(page, { include: "[role=menu]" });
  await page.getByRole("menuitem", { name: "Go to anything" }).click();
  await expect(page.getByRole("dialog", { name: "Go to anything" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Builds" }).click();
  await expect(page).toHaveURL("/builds");
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
});

test("while the api is away the page says so, greys what was known, and recovers alone", async ({
  page,
  context,
  expected,
}) => {
  expected(/WebSocket|50[0-9]|ERR_/);
  await signInAs(context, "operator");
  await openList(page);
  try {
    await hostCommand("/usr/bin/systemctl", "stop", "machineroom-api.service");
    await expect(page.getByText("Not connected to the host.")).toBeVisible();
    await expect(page.getByRole("region", { name: "Host" })).toContainText("Disconnected");
    await expect(page.getByRole("row").filter({ hasText: NAME }).getByRole("button").first()).toBeDisabled();
    await expectAccessible(page);
    await page.reload();
    await expect(page.getByText("Cannot reach Machineroom")).toBeVisible();
    await expectAccessible(page);
  } finally {
    await hostCommand("/usr/bin/systemctl", "start", "machineroom-api.service");
  }
  await expect(page.getByRole("row").filter({ hasText: NAME })).toBeVisible();
  await expect(page.getByRole("region", { name: "Host" })).toContainText("Live");
});

test("an address with nothing at it leads back", async ({ page, context, expected }) => {
  expected(/404/);
  await signInAs(context, "viewer");
  await page.goto("/no/such/page");
  await expectAccessible(page);
  await page.getByRole("link", { name: "Back to the machines" }).click();
  await expect(page).toHaveURL("/machines");
});
