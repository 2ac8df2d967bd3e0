import type { Browser, BrowserContext, Page } from "@playwright/test";
import { z } from "zod";

import { secondPage, signInAs, signOut } from "./fixtures/accounts";
import { resetApiEnvironment, setApiEnvironment, waitForApi } from "./fixtures/api-service";
import { expectAccessible } from "./fixtures/axe";
import { bootMachine, hostCommand, removeMachine } from "./fixtures/host";
import { expectPrompt, openShell, removeTerminals, screenOf, typeLine } from "./fixtures/terminal";
import { ADMIN, BASE_URL, call, expect, test } from "./fixtures/test";

const NAME = "tape";

test.beforeAll(() => bootMachine(NAME));

test.afterAll(async () => {
  await removeMachine(NAME);
});

test.afterEach(({ context }) => removeTerminals(context));

const badge = (page: Page) => page.getByText(`Recorded by ${ADMIN.email}`, { exact: true });
const recordings = (page: Page) => page.getByRole("region", { name: "Recordings" });
const rowsOf = async (page: Page) =>
  (await screenOf(page).locator("> div").allTextContents()).map((row) => row.trimEnd());

/** From now on, what the player's button has offered, each once: what is left to play may be over before anybody looks. */
async function recordOffers(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const offers: string[] = [];
    const look = () => {
      const all = [...document.querySelectorAll("main button")].map((button) => button.textContent);
      const offer = all.find((text) => text === "Play" || text === "Pause");
      if (offer !== undefined && offers.at(-1) !== offer) offers.push(offer);
    };
    look();
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    Object.assign(window, { offers });
  });
  return () => page.evaluate(() => Reflect.get(window, "offers"));
}

/** Somebody else's page, on the root shell that is open. */
async function joinShell(browser: Browser, problems: string[]): Promise<Page> {
  const other = await secondPage(browser, problems, "operator");
  await other.goto("/terminals");
  await other.getByRole("link", { name: `Open root@${NAME} shell` }).click();
  await expectPrompt(other, NAME);
  return other;
}

/** The one recording there is, complete. */
async function idOfRecording(context: BrowserContext): Promise<string> {
  let id = "";
  await expect
    .poll(async () => {
      const { data } = await call(context, "query", "recordings.list");
      const found = z.array(z.object({ id: z.string(), live: z.boolean() })).parse(data);
      id = found[0]?.id ?? "";
      return found.map(({ live }) => live);
    })
    .toEqual([false]);
  return id;
}

test("a recording: everybody sees that it is made, and it is listed, replayed to the same screen, and deleted", async ({
  page,
  context,
  browser,
  problems,
}) => {
  test.slow();
  await signInAs(context, "admin");
  await openShell(page, NAME);
  await typeLine(page, "echo before-$((40+2))");
  await expect(screenOf(page)).toContainText("before-42");
  const other = await joinShell(browser, problems);
  await expect(badge(other)).toHaveCount(0);

  await page.getByRole("button", { name: "Record", exact: true }).click();
  for (const one of [page, other]) {
    await expect(badge(one)).toBeVisible();
    await expect(one.getByRole("status").filter({ hasText: `being recorded by ${ADMIN.email}` })).toHaveCount(1);
  }
  await other.reload();
  await expect(badge(other)).toBeVisible();
  await expectAccessible(other);
  await page.getByRole("textbox", { name: `Terminal of root@${NAME}` }).focus();
  await typeLine(
    page,
    "for i in 1 2 3; do printf '\\033[3%sm%s é日本\\033[0m\\n' $i $i; done; echo recorded-$((40+2))",
  );
  await expect(screenOf(page)).toContainText("recorded-42");
  await expectPrompt(page, NAME);
  await page.getByRole("button", { name: "Stop recording" }).click();
  for (const one of [page, other]) await expect(badge(one)).toHaveCount(0);
  const shown = await rowsOf(page);
  const id = await idOfRecording(context);

  await other.goto("/terminals");
  await expect(recordings(other).getByRole("row").filter({ hasText: NAME })).toContainText(ADMIN.email);
  await expect(recordings(other).getByRole("button", { name: /^Delete/ })).toHaveCount(0);
  await expectAccessible(other);
  await recordings(other)
    .getByRole("link", { name: `Replay root@${NAME}` })
    .click();
  await expect(other.getByRole("heading", { name: `root@${NAME}` })).toBeVisible();
  await expect(screenOf(other)).toContainText("before-42");
  await expect(screenOf(other)).not.toContainText("recorded-42");
  await other.getByRole("slider", { name: "Position" }).press("End");
  await expect.poll(() => rowsOf(other)).toEqual(shown);
  await other.getByRole("slider", { name: "Position" }).press("Home");
  await expect(screenOf(other)).not.toContainText("recorded-42");
  await other.getByRole("combobox", { name: "Speed" }).click();
  await other.getByRole("option", { name: "4×" }).click();
  await other.getByRole("checkbox", { name: "Skip pauses over 2 s" }).check();
  const offers = await recordOffers(other);
  await other.getByRole("button", { name: "Play" }).click();
  await expect.poll(offers, { timeout: 60_000 }).toEqual(["Play", "Pause", "Play"]);
  await expect.poll(() => rowsOf(other)).toEqual(shown);
  await expectAccessible(other);
  await other.context().close();

  const cast = await context.request.get(`${BASE_URL}/api/files/recordings/${id}`);
  expect(cast.headers()["content-disposition"]).toMatch(/filename="tape-\d{8}-\d{6}\.cast"/);
  expect(JSON.parse((await cast.text()).split("\n", 1)[0] ?? "")).toMatchObject({ version: 2, title: `root@${NAME}` });
  expect(await hostCommand("/usr/bin/stat", "-c", "%a %U", `/var/lib/machineroom/recordings/${id}.cast`)).toBe(
    "600 root\n",
  );

  await page.goto("/terminals");
  await recordings(page)
    .getByRole("button", { name: `Delete recording of root@${NAME}` })
    .click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete recording" }).click();
  await expect(recordings(page)).toContainText("Nothing is recorded");
  expect((await context.request.get(`${BASE_URL}/api/files/recordings/${id}`)).status()).toBe(404);
});

test("a session that is recorded from its first byte on, by who opens it", async ({ page, context }) => {
  await signInAs(context, "admin");
  await page.goto(`/machines/${NAME}#terminal`);
  await page.getByRole("checkbox", { name: "Record from the start" }).check();
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(badge(page)).toBeVisible();
  await expect(screenOf(page)).toContainText("login:");
  await page.getByRole("button", { name: "Stop recording" }).click();
  await expect(badge(page)).toHaveCount(0);
  const cast = await context.request.get(`${BASE_URL}/api/files/recordings/${await idOfRecording(context)}`);
  expect(await cast.text()).toContain("login:");
});

test("what was recorded before the api was killed can be replayed", async ({ page, context, expected }) => {
  expected(/ERR_|WebSocket|Failed to fetch|answered 50|console:/);
  await signInAs(context, "admin");
  await openShell(page, NAME);
  await page.getByRole("button", { name: "Record", exact: true }).click();
  await expect(badge(page)).toBeVisible();
  await page.getByRole("textbox", { name: `Terminal of root@${NAME}` }).focus();
  await typeLine(page, "echo kept-$((40+2))");
  await expect(screenOf(page)).toContainText("kept-42");
  await expectPrompt(page, NAME);
  await hostCommand("/usr/bin/systemctl", "kill", "--signal=KILL", "machineroom-api.service");
  await waitForApi();
  const id = await idOfRecording(context);
  await page.goto(`/terminals/recordings/${id}`);
  await page.getByRole("slider", { name: "Position" }).press("End");
  await expect(screenOf(page)).toContainText("kept-42");
  await expect(page.getByText("Its end is missing")).toBeVisible();
});

test.describe("a recording that is ended by the host", () => {
  /** Some 2 MB, and no line of them twice. */
  const MUCH = 300_000;
  const DIRECTORY = "/var/lib/machineroom/recordings";

  /** The terminal goes on: what comes after is shown, and what is typed is run. */
  async function expectToGoOn(page: Page): Promise<void> {
    await expect(screenOf(page)).toContainText("more-42");
    await expectPrompt(page, NAME);
    await page.getByRole("textbox", { name: `Terminal of root@${NAME}` }).focus();
    await typeLine(page, "echo on-$((40+2))");
    await expect(screenOf(page)).toContainText("on-42");
  }

  /** It is listed as ended early, with this word, and its screens are there up to its end. */
  async function expectReplayed(page: Page, word: string, hint: string): Promise<void> {
    await page.goto("/terminals");
    await expect(recordings(page).getByRole("row").filter({ hasText: NAME })).toContainText(word);
    await expectAccessible(page);
    await recordings(page)
      .getByRole("link", { name: `Replay root@${NAME}` })
      .click();
    await expect(page.getByText(hint)).toBeVisible();
    await page.getByRole("slider", { name: "Position" }).press("End");
    await expect(screenOf(page)).toContainText(/(\d{5,6})\s*\d{5,6}/);
    await expect(screenOf(page)).not.toContainText("more-42");
    await expectAccessible(page);
  }

  test.describe("at its size", () => {
    test.beforeAll(() => setApiEnvironment({ MACHINEROOM_RECORDING_MAX_MIB: "1" }));
    test.afterAll(resetApiEnvironment);

    test("is told to everybody who looks, is listed as that, and is replayed", async ({
      page,
      context,
      browser,
      problems,
    }) => {
      test.slow();
      await signInAs(context, "admin");
      await openShell(page, NAME);
      const other = await joinShell(browser, problems);
      await page.getByRole("button", { name: "Record", exact: true }).click();
      for (const one of [page, other]) await expect(badge(one)).toBeVisible();
      await page.getByRole("textbox", { name: `Terminal of root@${NAME}` }).focus();
      await typeLine(page, `seq 1 ${MUCH}; echo more-$((40+2))`);
      const told = "The recording reached its limit of 1 MiB and was stopped. The session goes on.";
      for (const one of [page, other]) {
        await expect(one.getByRole("status").filter({ hasText: told })).toBeVisible();
        await expect(badge(one)).toHaveCount(0);
        await expectAccessible(one);
      }
      await expectToGoOn(page);
      await page.getByRole("button", { name: "Hide this message" }).click();
      await expect(page.getByText(told)).toHaveCount(0);
      await expect(other.getByText(told)).toBeVisible();
      await other.context().close();
      const id = await idOfRecording(context);
      const bytes = await hostCommand("/usr/bin/stat", "-c", "%s", `${DIRECTORY}/${id}.cast`);
      expect(Number(bytes)).toBeLessThanOrEqual(1024 * 1024);
      await expectReplayed(page, "size limit reached", "It reached the size a recording may have.");
    });
  });

  test("by a full disk is told with its words, and its whole lines are replayed", async ({ page, context }) => {
    test.slow();
    await hostCommand("/usr/bin/mkdir", "-p", DIRECTORY);
    await hostCommand("/usr/bin/mount", "-t", "tmpfs", "-o", "size=256k,mode=0700", "full", DIRECTORY);
    try {
      await signInAs(context, "admin");
      await openShell(page, NAME);
      await page.getByRole("button", { name: "Record", exact: true }).click();
      await expect(badge(page)).toBeVisible();
      await page.getByRole("textbox", { name: `Terminal of root@${NAME}` }).focus();
      await typeLine(page, `seq 1 ${MUCH}; echo more-$((40+2))`);
      const told = page.getByRole("status").filter({ hasText: "The recording could not be written and was stopped." });
      await expect(told).toContainText("no space left on device");
      await expect(badge(page)).toHaveCount(0);
      await expectAccessible(page);
      await expectToGoOn(page);
      await expectReplayed(page, "cut off", "Its end is missing");
    } finally {
      // Also where the api has a file open in it.
      await hostCommand("/usr/bin/umount", "--lazy", DIRECTORY);
    }
  });
});

test("on a phone the toolbar of a shared, recorded terminal is one line, whatever is open beside it", async ({
  page,
  context,
  browser,
  problems,
}) => {
  await signInAs(context, "admin");
  for (let opened = 0; opened < 3; opened += 1) await openShell(page, NAME);
  await page.setViewportSize({ width: 390, height: 800 });
  const other = await secondPage(browser, problems, "operator");
  await other.goto(`/machines/${NAME}#terminal`);
  await expectPrompt(other, NAME);
  await page.getByRole("button", { name: "Record", exact: true }).click();
  await expect(page.getByRole("img", { name: `Recorded by ${ADMIN.email}` })).toBeVisible();
  await expect(page.getByRole("button", { name: "2 here" })).toBeVisible();
  const terminal = page.getByRole("region", { name: "Terminal", exact: true });
  const names = ["root 3: choose another terminal", "New terminal", "Stop recording", "2 here", "Full screen", "More"];
  // What is beside them may be coming still.
  await expect(async () => {
    const right = await terminal.evaluate((element) => element.getBoundingClientRect().right);
    const tops = new Set<number>();
    for (const name of names) {
      const box = await terminal.getByRole("button", { name, exact: true }).boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 0), name).toBeLessThan(right);
      tops.add(Math.round((box?.y ?? 0) + (box?.height ?? 0) / 2));
    }
    expect(Math.max(...tops) - Math.min(...tops), "one line").toBeLessThanOrEqual(2);
  }).toPass({ timeout: 30_000 });
  await expectAccessible(page);
  await terminal.getByRole("button", { name: "More", exact: true }).click();
  await expect(page.getByRole("menu").getByText(`Recorded by ${ADMIN.email}`)).toBeVisible();
  await page.getByRole("menuitem", { name: "Find in terminal" }).click();
  await expect(page.getByRole("textbox", { name: "Find in terminal" })).toBeFocused();
  await terminal.getByRole("button", { name: "root 3: choose" }).click();
  await expect(page.getByRole("menuitem", { name: "Close root 3" })).toBeVisible();
  await page.getByRole("menuitemradio", { name: "root", exact: true }).click();
  await expect(terminal.getByRole("button", { name: "root: choose" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Record", exact: true })).toBeVisible();
  await other.context().close();
  await page.goto("/terminals");
  await expect(page.getByText("recorded", { exact: true })).toBeInViewport({ ratio: 1 });
  for (const close of await page.getByRole("button", { name: `Close root@${NAME}` }).all())
    await expect(close).toBeInViewport({ ratio: 1 });
  await expectAccessible(page);
});

test("recordings are for those who may open terminals", async ({ context, page }) => {
  const path = `${BASE_URL}/api/files/recordings/00000000-0000-4000-8000-000000000000`;
  await signOut(context);
  expect((await context.request.get(path)).status()).toBe(401);
  await signInAs(context, "viewer");
  expect((await context.request.get(path)).status()).toBe(403);
  await page.goto("/terminals/recordings/00000000-0000-4000-8000-000000000000");
  await expect(page.getByText("Terminals are for operators")).toBeVisible();
  await signOut(context);
  await signInAs(context, "operator");
  expect((await context.request.get(path)).status()).toBe(404);
  expect((await context.request.get(`${BASE_URL}/api/files/recordings/..%2fmachineroom.db`)).status()).toBe(400);
});
