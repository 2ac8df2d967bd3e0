import type { BrowserContext, Page } from "@playwright/test";

import { signInAs } from "./fixtures/accounts";
import { expectAccessible } from "./fixtures/axe";
import { hostCommand, placeMachine, removeMachine, startMachine } from "./fixtures/host";
import {
  expectKeysHere,
  expectPrompt,
  openShell,
  removeTerminals,
  screenOf,
  sha256,
  typeLine,
} from "./fixtures/terminal";
import { BASE_URL, expect, test } from "./fixtures/test";

const NAME = "view";
const OTHER = "view-other";

test.beforeAll(async () => {
  for (const name of [NAME, OTHER]) {
    await placeMachine(name);
    const tree = `/var/lib/machines/${name}`;
    await hostCommand("/usr/sbin/chroot", tree, "/usr/sbin/useradd", "--create-home", "--shell=/bin/bash", "ada");
    await startMachine(name);
  }
});

test.afterAll(async () => {
  for (const name of [NAME, OTHER]) await removeMachine(name);
});

test.afterEach(({ context }) => removeTerminals(context));

const rowOf = (page: Page, text: string | RegExp) => screenOf(page).locator("> div").filter({ hasText: text });
/** A place in a row. The rows are not what takes the pointer: a layer over them does. */
const LEFT = { position: { x: 20, y: 6 }, force: true };
const regionOf = (page: Page) => page.getByRole("region", { name: "Terminal", exact: true });
const clipboardOf = (page: Page) => page.evaluate(() => navigator.clipboard.readText());
const setClipboard = (page: Page, text: string) => page.evaluate((t) => navigator.clipboard.writeText(t), text);

async function choose(page: Page, item: string): Promise<void> {
  await regionOf(page).getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: item }).click();
}

/** What is typed now, without a click into the terminal, reaches the shell. */
async function expectKeysToArrive(page: Page, mark: string): Promise<void> {
  await typeLine(page, `echo ${mark}-$((40+2))`);
  await expect(screenOf(page)).toContainText(`${mark}-42`);
}

test.describe("the clipboard", () => {
  test.beforeEach(({ context }) => context.grantPermissions(["clipboard-read", "clipboard-write"]));

  test("takes what is selected, and is pasted, by keys and by the menu", async ({ page, context }) => {
    await signInAs(context, "operator");
    await openShell(page, NAME);
    await typeLine(page, "echo copy-$((40+2)) other-$((40+3))");
    const row = rowOf(page, /^copy-42/);
    await row.dblclick(LEFT);
    await page.keyboard.press("Control+Shift+C");
    await expect.poll(() => clipboardOf(page)).toBe("copy-42");
    await page.keyboard.type("echo keys:");
    await page.keyboard.press("Control+Shift+V");
    await page.keyboard.press("Enter");
    await expect(rowOf(page, /^keys:copy-42/)).toHaveCount(1);

    await row.dblclick({ ...LEFT, position: { x: 80, y: 6 } });
    await choose(page, "Copy selection");
    await expect.poll(() => clipboardOf(page)).toBe("other-43");
    await expectKeysHere(page);
    await page.keyboard.type("echo menu:");
    await choose(page, "Paste");
    await expect(screenOf(page)).toContainText("menu:other-43");
    await expectKeysHere(page);
    await page.keyboard.type("+typed\n");
    await expect(rowOf(page, /^menu:other-43\+typed/)).toHaveCount(1);
  });

  test("is pasted by hand where the browser does not let the page read it", async ({ page, context }) => {
    await context.clearPermissions();
    await signInAs(context, "operator");
    await openShell(page, NAME);
    await page.keyboard.type("echo hand:");
    await choose(page, "Paste");
    const dialog = page.getByRole("dialog", { name: "Paste" });
    await dialog.getByRole("textbox").fill("by hand");
    await dialog.getByRole("button", { name: "Paste" }).click();
    await expect(screenOf(page)).toContainText("hand:by hand");
    await expectKeysHere(page);
    await page.keyboard.type(", typed\n");
    await expect(rowOf(page, /^hand:by hand, typed/)).toHaveCount(1);
  });

  test("of a megabyte arrives complete", async ({ page, context }) => {
    test.slow();
    await signInAs(context, "operator");
    await openShell(page, NAME);
    const text = Array.from({ length: 16 * 1024 }, (_, line) => `${String(line).padStart(63, ".")}\n`).join("");
    await setClipboard(page, text);
    const file = `/var/lib/machines/${NAME}/root/pasted`;
    await typeLine(page, "cat >/root/pasted");
    await expect.poll(() => hostCommand("/usr/bin/stat", "--format=%s", file).catch(() => "")).toBe("0\n");
    await page.keyboard.press("Control+Shift+V");
    await page.keyboard.press("Control+d");
    await expect(screenOf(page)).toHaveText(new RegExp(`root@${NAME}:\\S*# *$`), { timeout: 120_000 });
    expect((await hostCommand("/usr/bin/sha256sum", file)).slice(0, 64)).toBe(sha256(text));
  });
});

/** The page that `action` opens. */
async function opens(context: BrowserContext, action: () => Promise<void>): Promise<string> {
  const opened = context.waitForEvent("page");
  await action();
  const other = await opened;
  await other.waitForURL(/\/api\/health/);
  const url = other.url();
  await other.close();
  return url;
}

test("a link opens a page of its own; one whose text hides where it leads is told first", async ({ page, context }) => {
  await signInAs(context, "operator");
  await openShell(page, NAME);
  const [plain, hidden] = [`${BASE_URL}/api/health?plain`, `${BASE_URL}/api/health?hidden`];
  await typeLine(
    page,
    `clear; echo ${plain}; printf '\\033]8;;%s\\033\\\\%s\\033]8;;\\033\\\\\\n' ${hidden} "handbook"`,
  );
  await expect(rowOf(page, /^handbook/)).toBeVisible();
  expect(await opens(context, () => rowOf(page, /^http/).click(LEFT))).toBe(plain);

  await rowOf(page, /^handbook/).hover(LEFT);
  await expect(regionOf(page).locator(`[title="${hidden}"]`)).toHaveCount(1);
  await rowOf(page, /^handbook/).click(LEFT);
  const dialog = page.getByRole("dialog", { name: "Open this link?" });
  await expect(dialog).toContainText(hidden);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect(context.pages()).toHaveLength(1);
  await expectKeysToArrive(page, "cancelled");
  // Another place in it: xterm.js takes no notice of a pointer that comes back to where it last was.
  await rowOf(page, /^handbook/).click({ ...LEFT, position: { x: 36, y: 6 } });
  expect(await opens(context, () => dialog.getByRole("button", { name: "Open link" }).click())).toBe(hidden);
});

test("the search finds what has scrolled away, in both directions, and says where there is nothing", async ({
  page,
  context,
}) => {
  await signInAs(context, "operator");
  await openShell(page, NAME);
  await typeLine(page, "seq --format 'line %.0f.' 1 500");
  await expect(screenOf(page)).toContainText("line 500.");
  await expect(screenOf(page)).not.toContainText("line 42.");
  await page.keyboard.press("Control+Shift+F");
  const field = page.getByRole("textbox", { name: "Find in terminal" });
  await expect(field).toBeFocused();
  await page.keyboard.type("line 42");
  await expect(screenOf(page)).toContainText("line 42.");
  await expect(screenOf(page)).not.toContainText("line 420.");
  await page.keyboard.press("Enter");
  await expect(screenOf(page)).toContainText("line 420.");
  await page.keyboard.press("Shift+Enter");
  await expect(screenOf(page)).toContainText("line 42.");
  await page.getByRole("button", { name: "Next match" }).click();
  await expect(screenOf(page)).toContainText("line 420.");
  await page.getByRole("button", { name: "Previous match" }).click();
  await expect(screenOf(page)).toContainText("line 42.");
  await expect(page.getByText("Not found")).toHaveCount(0);
  await field.fill("line 501");
  await expect(page.getByText("Not found")).toBeVisible();
  await field.press("Escape");
  await expectKeysToArrive(page, "found");
});

test("a font size is kept over a reload, and the program is told how much fits", async ({ page, context }) => {
  await signInAs(context, "operator");
  await openShell(page, NAME);
  const size = () => screenOf(page).evaluate((rows) => getComputedStyle(rows).fontSize);
  await expect.poll(size).toBe("13px");
  await typeLine(page, "clear; stty size");
  const before = (await rowOf(page, /^\d+ \d+/).textContent())?.trim();
  for (let times = 0; times < 3; times += 1) await choose(page, "Larger text");
  await expect.poll(size).toBe("16px");
  await expectKeysToArrive(page, "larger");
  await page.reload();
  await expectPrompt(page, NAME);
  await expect.poll(size).toBe("16px");
  await page.getByRole("textbox", { name: `Terminal of root@${NAME}` }).focus();
  // The window may still be finding its size.
  await expect(async () => {
    await typeLine(page, "clear; stty size");
    await expect(rowOf(page, /^\d+ \d+/)).not.toHaveText(before ?? "");
    const [rows, cols] = (await rowOf(page, /^\d+ \d+/).textContent())?.trim().split(" ").map(Number) ?? [];
    await expect(page.getByText(`${cols} × ${rows}`)).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 30_000 });
  await choose(page, "Smaller text");
  await expect.poll(size).toBe("15px");
  await choose(page, "Default text size");
  await expect.poll(size).toBe("13px");
});

/** Nothing of the page lies over the terminal's edges, or beside it. */
async function expectToFill(page: Page): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  await expect.poll(() => regionOf(page).boundingBox()).toEqual({ x: 0, y: 0, width, height });
  const isCovered = () =>
    regionOf(page).evaluate((region) =>
      [1, window.innerHeight / 2, window.innerHeight - 2].some(
        (y) => !region.contains(document.elementFromPoint(window.innerWidth / 2, y)),
      ),
    );
  // A question that was answered goes a moment later.
  await expect.poll(isCovered).toBe(false);
}

const isFullScreen = (page: Page) => page.evaluate(() => document.fullscreenElement !== null);

test("full screen: keys, menus and dialogs are there, and the browser's own key leaves it", async ({
  page,
  context,
}) => {
  await signInAs(context, "operator");
  await openShell(page, NAME);
  await openShell(page, NAME);
  const fill = regionOf(page).getByRole("button", { name: "Full screen", exact: true });
  const shrink = regionOf(page).getByRole("button", { name: "Leave full screen" });
  await fill.click();
  await expect.poll(() => isFullScreen(page)).toBe(true);
  await expectToFill(page);
  await expectKeysToArrive(page, "full");
  await choose(page, "Larger text");
  await regionOf(page).getByRole("button", { name: "Close root 2", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).click();
  await expectAccessible(page);
  // Another session does not leave it.
  await regionOf(page).getByRole("button", { name: "root", exact: true }).click();
  await expectPrompt(page, NAME);
  await expectToFill(page);
  await shrink.click();
  await expect.poll(() => isFullScreen(page)).toBe(false);
  await expectKeysToArrive(page, "small");

  await fill.click();
  await expect.poll(() => isFullScreen(page)).toBe(true);
  // What the browser does when its key is pressed.
  await page.evaluate(() => document.exitFullscreen());
  await expect(fill).toBeVisible();
  await fill.click();
  await expect.poll(() => isFullScreen(page)).toBe(true);
  for (const name of ["root 2", "root"]) {
    await expectToFill(page);
    await regionOf(page)
      .getByRole("button", { name: `Close ${name}`, exact: true })
      .click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Close terminal" }).click();
  }
  await expect(page.getByRole("button", { name: "Root shell" })).toBeVisible();
  await expect.poll(() => isFullScreen(page)).toBe(false);
});

test("full screen stays where another session of any machine is chosen", async ({ page, context }) => {
  await signInAs(context, "operator");
  await openShell(page, OTHER);
  await openShell(page, NAME);
  await page.goto("/terminals");
  await page.getByRole("link", { name: `Open root@${NAME} shell` }).click();
  await expectPrompt(page, NAME);
  const first = page.url();
  await regionOf(page).getByRole("button", { name: "Full screen", exact: true }).click();
  await expect.poll(() => isFullScreen(page)).toBe(true);
  const left = page.evaluate(
    () =>
      new Promise<boolean>((resolve) => {
        document.addEventListener("fullscreenchange", () => {
          // That it was entered may still be told.
          if (document.fullscreenElement === null) resolve(true);
        });
      }),
  );
  await regionOf(page)
    .getByRole("button", { name: `root@${OTHER}`, exact: true })
    .click();
  await expectPrompt(page, OTHER);
  await expectToFill(page);
  await expectKeysToArrive(page, "other");
  await expect(page).not.toHaveURL(first);
  expect(await Promise.race([left, page.evaluate(() => false)])).toBe(false);
  // The address is of the session that is shown.
  await page.reload();
  await expectPrompt(page, OTHER);
  await expect(page.getByRole("heading", { name: `root@${OTHER}` })).toBeVisible();
});

test("on a phone without full screen the terminal fills the window, over the dock", async ({ page, context }) => {
  await page.addInitScript(() => Object.defineProperty(document, "fullscreenEnabled", { value: false }));
  await page.setViewportSize({ width: 390, height: 800 });
  await signInAs(context, "operator");
  await openShell(page, NAME);
  await regionOf(page).getByRole("button", { name: "Full screen", exact: true }).click();
  await expectToFill(page);
  await expectKeysHere(page);
  await page.keyboard.type("ec");
  await page.keyboard.type("ho phone-$((40+2)); sleep 1000\n");
  await expect(screenOf(page)).toContainText("phone-42");
  await page.getByRole("toolbar", { name: "Keys" }).getByRole("button", { name: "^C" }).click();
  await expectPrompt(page, NAME);
  await expectAccessible(page);
  // What it covers is out of reach.
  const reached = () =>
    page.locator("nav a").evaluateAll((links) =>
      links.some((link) => {
        if (link instanceof HTMLElement) link.focus();
        return document.activeElement === link;
      }),
    );
  await expect.poll(reached).toBe(false);
  const more = regionOf(page).getByRole("button", { name: "More", exact: true });
  const field = page.getByRole("textbox", { name: "Find in terminal" });
  for (const _time of ["opens it", "comes back to it"]) {
    await more.click();
    await page.getByRole("menuitem", { name: "Find in terminal" }).click();
    await expect(field).toBeFocused();
  }
  await field.press("Escape");
  const switcher = regionOf(page).getByRole("button", { name: /: choose another terminal$/ });
  await switcher.click();
  await page.getByRole("menuitem", { name: /^Close / }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }).click();
  await expect(switcher).toBeFocused();
  await regionOf(page).getByRole("button", { name: "Leave full screen" }).click();
  await expect(page.getByRole("navigation")).toBeVisible();
  await expect.poll(reached).toBe(true);
});

test("the console shows what the machine prints there, and says that it takes no input", async ({ page, context }) => {
  await signInAs(context, "operator");
  await page.goto(`/machines/${NAME}#terminal`);
  await page.getByRole("button", { name: "Console log" }).click();
  await expect(screenOf(page)).toContainText("Reached target");
  const print = ["/bin/sh", "-c", "echo printed-$((40+2)) >/dev/console"];
  await hostCommand("/usr/bin/systemd-run", "--machine", NAME, "--wait", "--quiet", ...print);
  await expect(screenOf(page)).toContainText("printed-42");
  await expectKeysHere(page);
  await page.keyboard.type("x");
  await expect(page.getByText("A console log takes no input.")).toBeVisible();
});

test("terminals of several machines and users side by side keep a screen each", async ({ page, context }) => {
  await signInAs(context, "operator");
  await openShell(page, OTHER);
  await expectKeysToArrive(page, "first");
  await openShell(page, NAME);
  await expectKeysToArrive(page, "second");
  await page.getByRole("button", { name: "New terminal" }).click();
  await page.getByRole("menuitem", { name: "Shell as another user…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("User").fill("ada");
  await dialog.getByRole("button", { name: "Open shell" }).click();
  await expect(screenOf(page)).toHaveText(new RegExp(`ada@${NAME}:\\S*\\$ *$`));
  await typeLine(page, "echo I am $(id -un)");
  await expect(screenOf(page)).toContainText("I am ada");

  await page.goto("/terminals");
  await page.getByRole("link", { name: `Open root@${NAME} shell` }).click();
  const marks = { [`root@${OTHER}`]: "first-42", [`root@${NAME}`]: "second-42", [`ada@${NAME}`]: "I am ada" };
  const chips = page.getByRole("list", { name: "Open terminals" });
  const [first = "", second = "", third = ""] = Object.keys(marks);
  for (const chip of [first, second, third, first, third, second]) {
    await chips.getByRole("button", { name: chip, exact: true }).click();
    await expect(page.getByRole("textbox", { name: `Terminal of ${chip}` })).toBeFocused();
    for (const [name, mark] of Object.entries(marks)) {
      if (name === chip) await expect(screenOf(page)).toContainText(mark);
      else await expect(screenOf(page)).not.toContainText(mark);
    }
  }
  // Its own screen, and its own keys.
  await typeLine(page, "echo still $(id -un)");
  await expect(screenOf(page)).toContainText("still root");
});
