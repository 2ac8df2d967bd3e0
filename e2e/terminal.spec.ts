import type { Page } from "@playwright/test";

import { secondPage, signInAs, signOut } from "./fixtures/accounts";
import { expectAccessible } from "./fixtures/axe";
import { copyProgram, hostCommand, placeMachine, removeMachine, startMachine, waitForBoot } from "./fixtures/host";
import { expectPrompt, openShell, receive, removeTerminals, screenOf, sha256, typeLine } from "./fixtures/terminal";
import { ADMIN, expect, keepFromReload, newPage, test } from "./fixtures/test";

const NAME = "term";
const LINES = 2_700_000;
/** What `seq 1 LINES` prints on a terminal: 20.5 MB and a carriage return a line. */
const printed = () => Buffer.from(Array.from({ length: LINES }, (_, index) => `${index + 1}\r\n`).join(""));

test.beforeAll(async () => {
  await placeMachine(NAME);
  // The fixture has no full-screen program.
  for (const program of ["/usr/bin/less", "/usr/bin/vi"]) await copyProgram(NAME, program);
  await startMachine(NAME);
});

test.afterAll(async () => {
  await removeMachine(NAME);
});

test.afterEach(({ context }) => removeTerminals(context));

async function openLess(page: Page): Promise<void> {
  await openShell(page, NAME);
  await typeLine(page, "echo before-$((40+2))");
  await expect(screenOf(page)).toContainText("before-42");
  await typeLine(page, "seq 1001 3000 | less +/2345");
  await expect(screenOf(page)).not.toContainText("before-42");
  // Its own prompt comes last: all of its screen is drawn.
  await expect(screenOf(page)).toHaveText(/^2345.*: *$/);
}

/** The full-screen program is there, still takes keys, and the shell's own screen is back behind it. */
async function leaveLess(page: Page): Promise<void> {
  await page.keyboard.press("g");
  await expect(screenOf(page)).toContainText("1001");
  await page.keyboard.press("q");
  await expect(screenOf(page)).toContainText("before-42");
  await expectPrompt(page, NAME);
}

test("its code is loaded when a terminal is opened, not before", async ({ page, context }) => {
  await signInAs(context, "operator");
  const scripts: Promise<string>[] = [];
  page.on("response", (response) => {
    if (response.url().endsWith(".js")) scripts.push(response.text().catch(() => ""));
  });
  const loaded = async () => (await Promise.all(scripts)).some((text) => text.includes("xterm-helper-textarea"));
  await page.goto("/machines");
  await expect(page.getByRole("row").filter({ hasText: NAME })).toContainText("Running");
  await page.goto(`/machines/${NAME}`);
  await expect(page.getByRole("tab", { name: "Terminal" })).toBeVisible();
  expect(await loaded()).toBe(false);
  await openShell(page, NAME);
  expect(await loaded()).toBe(true);
});

test("a full-screen program re-appears intact after a reload", async ({ page, context }) => {
  await signInAs(context, "operator");
  await openLess(page);
  const before = await screenOf(page).textContent();
  await page.reload();
  await expect(screenOf(page)).toContainText("2345");
  await expect.poll(() => screenOf(page).textContent()).toBe(before);
  await page.getByRole("textbox", { name: `Terminal of root@${NAME}` }).focus();
  await leaveLess(page);
});

test("vim re-appears after a reload with what was typed and not saved, and takes more", async ({ page, context }) => {
  await signInAs(context, "operator");
  await openShell(page, NAME);
  await typeLine(page, "vi -u NONE -N /tmp/note");
  await expect(screenOf(page)).toContainText("/tmp/note");
  await page.keyboard.type("ifirst line of a note\nsecond line 日本");
  await expect(screenOf(page)).toContainText("日本");
  await expect(screenOf(page)).toContainText("-- INSERT --");
  await page.keyboard.press("Escape");
  await expect(screenOf(page)).not.toContainText("-- INSERT --");
  const before = await screenOf(page).textContent();
  await page.reload();
  await expect(screenOf(page)).toContainText("first line of a note");
  await expect.poll(() => screenOf(page).textContent()).toBe(before);
  await page.getByRole("textbox", { name: `Terminal of root@${NAME}` }).focus();
  await page.keyboard.type("a and more");
  await expect(screenOf(page)).toContainText("日本 and more");
  await page.keyboard.press("Escape");
  await typeLine(page, ":wq");
  await expectPrompt(page, NAME);
  await typeLine(page, "cat /tmp/note");
  await expect(screenOf(page)).toContainText("second line 日本 and more");
});

test("a full-screen program re-appears intact after the network was lost", async ({ page, context, expected }) => {
  // Longer than the page needs to notice: no packet says that a network is gone.
  test.slow();
  expected(/ERR_|WebSocket|Failed to fetch/);
  await signInAs(context, "operator");
  await openLess(page);
  const before = await screenOf(page).textContent();
  keepFromReload(page);
  await hostCommand("/usr/sbin/ip", "link", "set", "lo", "down");
  try {
    await expect(page.getByText("Connection lost. Attaching again…")).toBeVisible({ timeout: 60_000 });
  } finally {
    await hostCommand("/usr/sbin/ip", "link", "set", "lo", "up");
  }
  await expect(page.getByText("re-attached")).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => screenOf(page).textContent()).toBe(before);
  await leaveLess(page);
});

test("the end of a shell and its exit status are shown, and it can be opened again", async ({ page, context }) => {
  await signInAs(context, "operator");
  await openShell(page, NAME);
  await typeLine(page, "exit 7");
  await expect(page.getByText("The session ended (exit status 7).")).toBeVisible();
  await expect(screenOf(page)).toContainText("exit 7");
  await page.getByRole("button", { name: "Open again" }).click();
  await expectPrompt(page, NAME);
  await expect(page.getByText("The session ended")).toHaveCount(0);
});

test("a machine that dies ends its terminal, says so, and can be started from there", async ({ page, context }) => {
  await signInAs(context, "operator");
  await openShell(page, NAME);
  await hostCommand("/usr/bin/machinectl", "terminate", NAME);
  await expect(page.getByText(`${NAME} is not running.`, { exact: false })).toBeVisible();
  await page
    .getByRole("button", { name: `Start ${NAME}` })
    .last()
    .click();
  await waitForBoot(NAME);
  await page.getByRole("button", { name: "Open again" }).click();
  await expectPrompt(page, NAME);
});

test("^C ends a program that prints without end", async ({ page, context }) => {
  await signInAs(context, "operator");
  await openShell(page, NAME);
  const received = receive(page);
  await page.reload();
  await expectPrompt(page, NAME);
  await page.getByRole("textbox", { name: `Terminal of root@${NAME}` }).focus();
  await typeLine(page, "yes floods");
  await expect.poll(received.bytes).toBeGreaterThan(1024 * 1024);
  await page.keyboard.press("Control+c");
  await expectPrompt(page, NAME);
  await typeLine(page, "echo after-$((40+2))");
  await expect(screenOf(page)).toContainText("after-42");
});

test("20 MB arrive complete while another tab stays usable", async ({ page, context, problems }) => {
  test.slow();
  await signInAs(context, "operator");
  const other = await newPage(context, problems);
  await openShell(other, NAME);
  const wanted = printed();
  const received = receive(page);
  await openShell(page, NAME);
  const before = received.bytes();
  await typeLine(page, `exec seq 1 ${LINES}`);
  // Looked at often: what is left of it must be enough for what the other tab does.
  await expect.poll(received.bytes, { intervals: [20] }).toBeGreaterThan(before + 100_000);
  await other.bringToFront();
  await typeLine(other, "echo tab-$((40+2))");
  await expect(screenOf(other)).toContainText("tab-42");
  expect(received.bytes(), "the other tab had to wait for all of it").toBeLessThan(wanted.length);
  await page.bringToFront();
  await expect(page.getByText("The session ended (exit status 0).")).toBeVisible({ timeout: 120_000 });
  const all = received.all();
  const start = all.indexOf("1\r\n2\r\n3\r\n");
  expect(sha256(all.subarray(start, start + wanted.length))).toBe(sha256(wanted));
  await expect(screenOf(page)).toContainText(String(LINES));
});

/** Resident memory of the api, in bytes: the least of several readings, what waits for the garbage collector left out. */
async function apiMemory(): Promise<number> {
  const pid = await hostCommand("/usr/bin/systemctl", "show", "machineroom-api.service", "-P", "MainPID");
  const readings: number[] = [];
  for (let times = 0; times < 10; times += 1) {
    const status = await hostCommand("/usr/bin/cat", `/proc/${pid.trim()}/status`);
    readings.push(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024);
  }
  return Math.min(...readings);
}

/** Keeps the page's own thread waiting for an answer, so that it reads nothing, until the returned function is called. */
async function stick(page: Page): Promise<() => Promise<void>> {
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  let ask = () => {};
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  await page.route("**/stuck", async (route) => {
    ask();
    await answered;
    await route.fulfill({ body: "" });
  });
  const stuck = page.evaluate(() => {
    const request = new XMLHttpRequest();
    request.open("GET", "/stuck", false);
    request.send();
  });
  await asked;
  return async () => {
    answer();
    await stuck;
  };
}

test("a browser that stops reading holds nobody back, and is given the screen when it reads again", async ({
  page,
  context,
  browser,
  problems,
}) => {
  test.slow();
  await signInAs(context, "operator");
  await openShell(page, NAME);
  const other = await secondPage(browser, problems, "admin");
  const received = receive(other);
  await other.goto("/terminals");
  await other.getByRole("link", { name: `Open root@${NAME} shell` }).click();
  await expectPrompt(other, NAME);
  // What any flood costs the api once is not what is asked.
  await typeLine(page, "seq 1 1000000; echo warm-$((40+2))");
  await expect(screenOf(other)).toContainText("warm-42", { timeout: 120_000 });
  await expectPrompt(page, NAME);
  const before = await apiMemory();
  const shown = received.bytes();
  await typeLine(page, "seq 1 3000000; echo done-$((40+2))");
  await expect.poll(received.bytes).toBeGreaterThan(shown + 64 * 1024);
  const goOn = await stick(page);
  try {
    await expect(screenOf(other)).toContainText("done-42", { timeout: 120_000 });
    await expectPrompt(other, NAME);
    // 26 MB were printed: kept for the one that does not read, they would be seen here, and not go.
    await expect.poll(async () => (await apiMemory()) - before).toBeLessThan(18 * 1024 * 1024);
  } finally {
    await goOn();
  }
  await expect(screenOf(page)).toContainText("done-42", { timeout: 90_000 });
  await expect.poll(() => screenOf(page).textContent()).toBe(await screenOf(other).textContent());
  await typeLine(page, "echo here-$((40+2))");
  await expect(screenOf(page)).toContainText("here-42");
  await expect(screenOf(other)).toContainText("here-42");
  await other.context().close();
});

test("two people in one session: one watches, asks, types, and both see who is there", async ({
  page,
  context,
  browser,
  problems,
}) => {
  await signInAs(context, "admin");
  await openShell(page, NAME);
  const other = await secondPage(browser, problems, "operator");
  await other.goto("/terminals");
  await expect(other.getByRole("row").filter({ hasText: NAME })).toContainText(ADMIN.email);
  await other.getByRole("link", { name: `Open root@${NAME} shell` }).click();
  await expect(other.getByText(`You are watching. ${ADMIN.name} may type.`)).toBeVisible();
  await expectPrompt(other, NAME);
  for (const one of [page, other]) await expect(one.getByRole("button", { name: "2 here" })).toBeVisible();
  // What a watcher types goes nowhere.
  await other.getByRole("textbox", { name: `Terminal of root@${NAME}` }).focus();
  await typeLine(other, "echo lost-$((40+2))");
  await other.getByRole("button", { name: "Ask to type" }).click();
  await expect(page.getByText("The operator asks to type.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Allow" }).click();
  await expect(other.getByText("You are watching.", { exact: false })).toHaveCount(0);
  await other.getByRole("textbox", { name: `Terminal of root@${NAME}` }).focus();
  await typeLine(other, "echo ours-$((40+2))");
  for (const one of [page, other]) {
    await expect(screenOf(one)).toContainText("ours-42");
    await expect(screenOf(one)).not.toContainText("lost");
  }
  await page.getByRole("button", { name: "2 here" }).click();
  await page.getByRole("menuitem", { name: "The operator" }).click();
  await expect(other.getByText(`You are watching. ${ADMIN.name} may type.`)).toBeVisible();
  await other.context().close();
  await expect(page.getByRole("button", { name: "2 here" })).toHaveCount(0);
});

test("every terminal is listed, and a viewer is told that they are for operators", async ({ page, context }) => {
  await signInAs(context, "operator");
  await openShell(page, NAME);
  await page.goto("/terminals");
  const row = page.getByRole("row").filter({ hasText: NAME });
  await expect(row).toContainText("Running");
  await expect(row).toContainText(/nobody\s*last active/);
  await expectAccessible(page);
  await row.getByRole("button", { name: `Close root@${NAME}` }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Close terminal" }).click();
  await expect(page.getByText("No terminal is open")).toBeVisible();
  await signOut(context);
  await signInAs(context, "viewer");
  await page.goto("/terminals");
  await expect(page.getByText("Terminals are for operators")).toBeVisible();
});
