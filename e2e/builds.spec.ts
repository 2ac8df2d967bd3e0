import { existsSync, mkdirSync, rmSync } from "node:fs";
import type { Page } from "@playwright/test";
import { z } from "zod";

import { signInAs, signOut } from "./fixtures/accounts";
import { expectAccessible } from "./fixtures/axe";
import {
  buildOfPage,
  cancelBuilds,
  counted,
  createBuild,
  downloadLog,
  endOfBuild,
  goOn,
  readBuild,
  slowConfig,
  slowNumbers,
} from "./fixtures/builds";
import { holdBack } from "./fixtures/hold-back";
import { hostCommand, removeMachine, waitForBoot } from "./fixtures/host";
import { ADMIN, BASE_URL, call, expect, newPage, signIn, test } from "./fixtures/test";

const PASSWORD = "Vq3-only-this-machine";
const CONFIG = "/srv/fixtures/arch/pacman.conf";
/** The real pacstrap unpacks some 100 MB first, which a busy host takes its time for. */
const INSTALLED = { timeout: 60_000 };
/** What a machine does at its start and its end. */
const BOOTED = { timeout: 60_000 };
const READERS = ["viewer", "operator"] as const;
/** A machine of each one's own: one that was removed is known for a moment still. */
const builtFor = (role: string): string => `built-for-${role}`;
const NAMES = [
  "built",
  "built-slow",
  "built-kept",
  "built-font",
  "built-cancel",
  "built-again",
  "built-taken",
  ...READERS.map(builtFor),
];

// One build runs at a time: what a failed test left would hold up the next.
test.afterEach(({ browser }) => cancelBuilds(browser));

test.afterAll(async () => {
  for (const name of NAMES) await removeMachine(name);
});

/** The id of the api's process while it serves, "" while it does not. */
async function apiProcess(): Promise<string> {
  const state = await hostCommand(
    "/usr/bin/systemctl",
    "show",
    "--property=ActiveState,MainPID",
    "machineroom-api.service",
  );
  return state.includes("ActiveState=active") ? (/MainPID=(\d+)/.exec(state)?.[1] ?? "") : "";
}

/** What of the log is in view, without its times. */
async function shownLines(page: Page): Promise<string[]> {
  return page.getByRole("log").locator("p > span").allTextContents();
}

/** Fills the wizard for an Arch machine of the fixtures. */
async function fillWizard(page: Page, name: string, config = CONFIG): Promise<void> {
  await page.goto("/machines/new");
  await page.getByRole("radio", { name: /Arch Linux/ }).check();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Root's password").fill(PASSWORD);
  await page.getByText("Advanced", { exact: true }).click();
  await page.getByLabel("Configuration file").fill(config);
}

test.describe("the story", () => {
  test.describe.configure({ mode: "serial" });
  let id = "";

  test("a machine is built through the wizard, and the log is seen running", async ({ page, context }) => {
    await signIn(context, ADMIN);
    await fillWizard(page, "built", slowConfig(100, 0.03, [100]));
    await page.getByRole("button", { name: "Review" }).click();
    await expect(page.getByText(/pacstrap -c -C \S+slow\S*\.conf .*\.build-ID base --ignore linux/)).toBeVisible();
    await expect(page.getByText(PASSWORD)).toHaveCount(0);
    await page.getByRole("button", { name: "Build", exact: true }).click();
    id = await buildOfPage(page);
    const log = page.getByRole("log");
    await expect(log).toContainText("slow line 100", INSTALLED);
    await expect(page.getByRole("listitem").filter({ hasText: "Install packages" })).toHaveAttribute(
      "aria-current",
      "step",
    );
    expect((await readBuild(context, id)).state).toBe("running");
    await goOn(id);
    await expect(log).toContainText("built is ready.", { timeout: 60_000 });
    await expect(page.getByText("Succeeded")).toBeVisible();
    await expect(page.getByRole("heading", { name: "2 packages" })).toBeVisible();
    await expect(page.getByRole("link", { name: "Open machine" })).toBeVisible();
  });

  test("it is recorded: commands, times, exit status, size, packages", async ({ page, context }) => {
    await signIn(context, ADMIN);
    const build = await readBuild(context, id);
    expect(build).toMatchObject({ state: "succeeded", exitCode: 0, startedBy: ADMIN.email, error: null });
    expect(build.commands).toHaveLength(5);
    expect(build.packages?.map(({ name }) => name)).toEqual(["base", "no-kernel"]);
    expect(build.durationMs).toBeGreaterThan(0);
    expect(build.sizeBytes).toBeGreaterThan(0);
    await page.goto("/builds");
    const row = page.getByRole("row").filter({ has: page.getByRole("link", { name: "built", exact: true }) });
    await expect(row).toContainText("Succeeded");
    await expect(row).toContainText("Arch Linux");
    await expectAccessible(page);
  });

  test("the password is in no record, log, audit entry or file", async ({ context }) => {
    await signIn(context, ADMIN);
    const audit = await call(context, "query", "audit.list", { limit: 50 });
    expect(JSON.stringify(audit.data)).toContain("builds.create");
    expect(JSON.stringify(audit.data)).not.toContain(PASSWORD);
    expect(JSON.stringify(await readBuild(context, id))).not.toContain(PASSWORD);
    expect((await downloadLog(context, id)).join("\n")).not.toContain(PASSWORD);
    const search = ["-rlF", PASSWORD, "/var/lib/machineroom", "/run/machineroom"];
    // Status 1 is grep's word for "nowhere"; 2 would be a file it could not read.
    await expect(hostCommand("/usr/bin/grep", ...search)).rejects.toMatchObject({ code: 1, stdout: "" });
    expect(await hostCommand("/usr/bin/journalctl", "--no-pager", "-b", "-o", "export")).not.toContain(PASSWORD);
  });

  test("it starts by a button, and gets an address", async ({ page, context }) => {
    await signIn(context, ADMIN);
    await page.goto("/machines");
    const row = page.getByRole("row").filter({ hasText: "built" }).first();
    await expect(row).toContainText("Stopped");
    await row.getByRole("button", { name: "Start built" }).click();
    await expect(row).toContainText("Running", BOOTED);
    await expect(row).toContainText(/\d+\.\d+\.\d+\.\d+/, BOOTED);
  });

  test("root logs in on the page with the password; a reload keeps the terminal", async ({ page, context }) => {
    await signIn(context, ADMIN);
    await page.goto("/machines/built#terminal");
    await page.getByRole("button", { name: "Log in" }).click();
    const screen = page.locator(".xterm-rows");
    await expect(screen).toContainText("login:", BOOTED);
    await page.keyboard.type("root\n");
    await expect(screen).toContainText("Password:");
    await page.keyboard.type(`${PASSWORD}\n`);
    await expect(screen).toContainText("root@built", BOOTED);
    await page.keyboard.type("echo in-$((40+2))\n");
    await expect(screen).toContainText("in-42");
    await page.reload();
    await expect(screen).toContainText("in-42");
    await page.keyboard.type("echo again-$((1+1))\n");
    await expect(screen).toContainText("again-2");
  });

  test("it is powered off by a button", async ({ page, context }) => {
    await signIn(context, ADMIN);
    await page.goto("/machines");
    const row = page.getByRole("row").filter({ hasText: "built" }).first();
    await expect(row).toContainText("Running");
    await waitForBoot("built");
    await row.getByRole("button", { name: "Power off built" }).click();
    await expect(row).toContainText("Stopped", BOOTED);
  });

  test("it can be built again from its record, and the two compared", async ({ page, context }) => {
    await signIn(context, ADMIN);
    await page.goto(`/builds/${id}`);
    await page.getByRole("link", { name: "Build again" }).click();
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("built");
    await page.getByLabel("Name", { exact: true }).fill("built-again");
    await page.getByLabel("Root's password").fill(PASSWORD);
    await page.getByText("Advanced", { exact: true }).click();
    await page.getByLabel("Ignored packages").fill("");
    await page.getByLabel("Configuration file").fill(CONFIG);
    await page.getByRole("button", { name: "Review" }).click();
    await page.getByRole("button", { name: "Build", exact: true }).click();
    await expect(page.getByText("Succeeded")).toBeVisible({ timeout: 60_000 });
    await page.getByRole("link", { name: "Compare" }).click();
    await expect(page.getByRole("heading", { name: "Compare two builds" })).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: "linux" }).filter({ hasText: "added" })).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: "no-kernel" }).filter({ hasText: "removed" })).toBeVisible();
    await expectAccessible(page);
  });

  test("its record is deleted, and the machine stays", async ({ page, context }) => {
    await signIn(context, ADMIN);
    await page.goto(`/builds/${id}`);
    await page.getByRole("button", { name: "Delete" }).click();
    await expectAccessible(page);
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
    await page.waitForURL(/\/builds$/);
    await expect(page.getByRole("link", { name: "built-again" })).toBeVisible();
    await expect(page.getByRole("link", { name: "built", exact: true })).toHaveCount(0);
    expect(existsSync("/var/lib/machines/built")).toBe(true);
    expect(existsSync(`/var/lib/machineroom/builds/${id}`)).toBe(false);
  });
});

test("a tab closed in the middle loses nothing: the page opened later has the whole log in order", async ({
  page,
  context,
  problems,
}) => {
  await signIn(context, ADMIN);
  const id = await createBuild(context, { name: "built-slow", config: slowConfig(300, 0.02, [20]) });
  await page.goto(`/builds/${id}`);
  await expect(page.getByRole("log")).toContainText("slow line 20", INSTALLED);
  await page.close();
  await goOn(id);
  const later = await newPage(context, problems);
  await later.goto(`/builds/${id}`);
  await expect(later.getByRole("log")).toContainText("built-slow is ready.", { timeout: 60_000 });
  const lines = await downloadLog(context, id);
  expect(slowNumbers(lines)).toEqual(counted(300));
  await expect(later.getByText(`${lines.length} lines`)).toBeVisible();
  // Searching goes to a line far from what is in view.
  await later.getByRole("searchbox", { name: "Search the log" }).fill("installing no-kernel");
  await expect(later.getByText("1 of 1")).toBeVisible();
  await expect(later.getByRole("log")).toContainText("installing no-kernel...");
  await later.getByRole("button", { name: "Follow" }).click();
  await expect(later.getByRole("log")).toContainText("built-slow is ready.");
  // A window of another size shows the end still, and goes on following it.
  for (const height of [900, 500]) {
    await later.setViewportSize({ width: 1280, height });
    // The frame that lays it out, and that which tells of what moved in it.
    for (let frame = 0; frame < 3; frame += 1)
      await later.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    await expect(later.getByRole("log")).toContainText("built-slow is ready.");
    await expect(later.getByRole("button", { name: "Follow" })).toHaveCount(0);
  }
  const download = later.waitForEvent("download");
  await later.getByRole("link", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toBe(`build-built-slow-${id}.log`);
});

test("a log whose font comes late is followed to its end all the same", async ({ page, context }) => {
  const release = await holdBack(page, "**/*.woff2");
  await signIn(context, ADMIN);
  const id = await createBuild(context, { name: "built-font", config: slowConfig(100, 0.02, [20, 60]) });
  await page.goto(`/builds/${id}`, { waitUntil: "commit" });
  const log = page.getByRole("log");
  await expect(log).toContainText("slow line 20", INSTALLED);
  release();
  // Its lines are of another height from then on.
  await expect.poll(() => page.evaluate(() => document.fonts.status)).toBe("loaded");
  await goOn(id);
  await expect(log).toContainText("slow line 60", INSTALLED);
  await expect(page.getByRole("button", { name: "Follow" })).toHaveCount(0);
  await goOn(id);
  await expect(log).toContainText("built-font is ready.", INSTALLED);
});

test("a build goes on through a restart of the api and its kill -9; the open page has the whole log in order", async ({
  page,
  context,
  expected,
}) => {
  test.slow();
  expected(/WebSocket|50[0-9]|ERR_/);
  // What systemd says about a service that was killed.
  expected(/Main process exited, code=killed|Failed with result 'signal'/);
  await signIn(context, ADMIN);
  const id = await createBuild(context, { name: "built-kept", config: slowConfig(1500, 0.02, [20, 500, 1000]) });
  await page.goto(`/builds/${id}`);
  const log = page.getByRole("log");
  await expect(log).toContainText("slow line 20", INSTALLED);
  await goOn(id);
  for (const ending of [["restart"], ["kill", "--signal=KILL"]]) {
    const before = await apiProcess();
    await hostCommand("/usr/bin/systemctl", ...ending, "machineroom-api.service");
    await expect.poll(apiProcess, { timeout: 30_000 }).not.toBe(before);
    // The page follows again, further than it had come.
    const shown = Math.max(0, ...slowNumbers(await shownLines(page)));
    await goOn(id);
    await expect
      .poll(async () => Math.max(0, ...slowNumbers(await shownLines(page))), INSTALLED)
      .toBeGreaterThan(shown);
  }
  await expect(log).toContainText("built-kept is ready.", { timeout: 90_000 });
  await expect(page.getByText("Succeeded")).toBeVisible();
  const lines = await downloadLog(context, id);
  expect(slowNumbers(lines)).toEqual(counted(1500));
  await expect(page.getByText(`${new Intl.NumberFormat("en").format(lines.length)} lines`)).toBeVisible();
  expect(await readBuild(context, id)).toMatchObject({ state: "succeeded", exitCode: 0, error: null });
});

test("a build is cancelled by its button, and nothing is left", async ({ page, context }) => {
  await signIn(context, ADMIN);
  const id = await createBuild(context, { name: "built-cancel", config: slowConfig(600, 0.2) });
  await page.goto("/builds");
  const row = page.getByRole("row").filter({ hasText: "built-cancel" });
  await expect(row).toContainText("Running");
  await page.getByRole("link", { name: "built-cancel" }).click();
  await expect(page.getByRole("log")).toContainText("slow line 5", INSTALLED);
  await page.getByRole("button", { name: "Cancel build" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel build" }).click();
  await expect(page.getByText("Cancelled")).toBeVisible({ timeout: 30_000 });
  expect(await readBuild(context, id)).toMatchObject({ state: "cancelled", error: null });
  expect(existsSync("/var/lib/machines/built-cancel")).toBe(false);
  expect(existsSync(`/var/lib/machines/.build-${id}`)).toBe(false);
});

test("a running build has nothing that axe finds", async ({ page, context }) => {
  await signIn(context, ADMIN);
  const id = await createBuild(context, { name: "built-cancel", config: slowConfig(600, 0.5) });
  await page.goto(`/builds/${id}`);
  await expect(page.getByRole("log")).toContainText("slow line 2", INSTALLED);
  await expectAccessible(page);
});

test("the wizard has nothing that axe finds, on each of its steps", async ({ page, context }) => {
  await signIn(context, ADMIN);
  await fillWizard(page, "built-clean");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Review" }).click();
  await expect(page.getByText(/pacstrap -c -C/)).toBeVisible();
  await expectAccessible(page);
});

test("a refusal keeps what was typed", async ({ page, context, expected }) => {
  expected(/409/);
  await signIn(context, ADMIN);
  await fillWizard(page, "built-taken");
  await page.getByLabel("Packages", { exact: true }).fill("base no-kernel");
  await page.getByRole("button", { name: "Review" }).click();
  mkdirSync("/var/lib/machines/built-taken");
  try {
    await page.getByRole("button", { name: "Build", exact: true }).click();
    await expect(page.getByRole("alert").filter({ hasText: "built-taken" })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Back" }).click();
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("built-taken");
    await expect(page.getByLabel("Root's password")).toHaveValue(PASSWORD);
    await expect(page.getByLabel("Packages", { exact: true })).toHaveValue("base no-kernel");
    await expect(page.getByLabel("Configuration file")).toHaveValue(CONFIG);
  } finally {
    rmSync("/var/lib/machines/built-taken", { recursive: true });
  }
});

for (const role of READERS) {
  test(`a ${role} sees builds but may not build`, async ({ page, context, browser }) => {
    const admin = await browser.newContext();
    await signIn(admin, ADMIN);
    const name = builtFor(role);
    const id = await createBuild(admin, { name });
    await endOfBuild(admin, id);
    await admin.close();
    await signInAs(context, role);
    for (const [path, input] of [
      ["builds.create", { name: "x", recipe: "arch", rootLogin: { kind: "none" } }],
      ["builds.cancel", { id }],
      ["builds.rerun", { id }],
      ["builds.delete", { id }],
    ] as const) {
      expect((await call(context, "mutation", path, input)).status, path).toBe(403);
    }
    await page.goto("/machines/new");
    await expect(page.getByText("Only admins can build machines.")).toBeVisible();
    await expectAccessible(page);
    await page.goto(`/builds/${id}`);
    await expect(page.getByRole("log")).toContainText(`${name} is ready.`);
    await expect(page.getByRole("button", { name: /Delete|Cancel/ })).toHaveCount(0);
    await expect(page.getByRole("link", { name: "Build again" })).toHaveCount(0);
    expect((await downloadLog(context, id)).at(-1)).toBe(`${name} is ready.`);
  });
}

test("a log is not for who has no session, and a wrong address of one is told", async ({ context }) => {
  await signOut(context);
  const path = `${BASE_URL}/api/files/builds/aaaaaaaa0000/log`;
  expect((await context.request.get(path)).status()).toBe(401);
  await signIn(context, ADMIN);
  expect((await context.request.get(path)).status()).toBe(404);
  expect((await context.request.get(`${BASE_URL}/api/files/builds/..%2f..%2fx/log`)).status()).toBe(400);
});

for (const path of ["/builds", "/builds/ID", "/builds/compare", "/machines/new"]) {
  test(`${path} fits a phone`, async ({ page, context }) => {
    await signIn(context, ADMIN);
    await page.setViewportSize({ width: 390, height: 844 });
    const [newest] = z
      .array(z.object({ id: z.string() }))
      .parse((await call(context, "query", "builds.list", { limit: 1 })).data);
    const id = newest?.id ?? (await createBuild(context, { name: "built-taken" }));
    await endOfBuild(context, id);
    await page.goto(path.replace("ID", id));
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth))
      .toBe(0);
    await expectAccessible(page);
  });
}
