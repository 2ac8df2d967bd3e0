import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import type { Page } from "@playwright/test";

import { expectAccessible } from "./fixtures/axe";
import { cancelBuilds, createBuild, downloadLog, endOfBuild, readBuild, slowConfig } from "./fixtures/builds";
import { hostCommand, removeMachine } from "./fixtures/host";
import { ADMIN, BASE_URL, call, expect, signIn, test } from "./fixtures/test";

const NAMES = ["told", "told-next", "told-later"];
const INSTALLED = { timeout: 60_000 };
/** The page holds so many lines of a log. */
const KEPT = 50_000;
const PACSTRAP = "/usr/bin/pacstrap";

// One build runs at a time: what a failed test left would hold up the next.
test.afterEach(({ browser }) => cancelBuilds(browser));

test.afterAll(async () => {
  for (const name of NAMES) await removeMachine(name);
});

test.beforeEach(({ context }) => signIn(context, ADMIN));

function rowOf(page: Page, name: string) {
  return page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });
}

function directoryOf(id: string): string {
  return `/var/lib/machineroom/builds/${id}`;
}

test("builds wait in a queue, each with its place, and move up", async ({ page, context }) => {
  const config = slowConfig(3000, 0.05);
  const first = await createBuild(context, { name: "told", config });
  const next = await createBuild(context, { name: "told-next", config });
  await createBuild(context, { name: "told-later", config });
  await page.goto("/builds");
  await expect(rowOf(page, "told")).toContainText("Running");
  await expect(rowOf(page, "told-next")).toContainText("Next in the queue");
  await expect(rowOf(page, "told-later")).toContainText("2 in the queue");
  await call(context, "mutation", "builds.cancel", { id: first });
  await expect(rowOf(page, "told")).toContainText("Cancelled");
  await expect(rowOf(page, "told-next")).toContainText("Running");
  await expect(rowOf(page, "told-later")).toContainText("Next in the queue");
  await rowOf(page, "told-later").getByRole("link").click();
  await expect(page.getByText("Next in the queue")).toBeVisible();
  expect((await readBuild(context, next)).state).toBe("running");
});

test("a running build tells its time and size so far", async ({ page, context }) => {
  const id = await createBuild(context, { name: "told", config: slowConfig(3000, 0.05) });
  await page.goto(`/builds/${id}`);
  await expect(page.getByText(/^\d[\d.,]* [KMG]i?B so far$/)).toBeVisible(INSTALLED);
  const step = page.getByRole("listitem").filter({ hasText: "Install packages" });
  await expect(step).toContainText(/\d+\ss/);
  const elapsed = (await step.textContent()) ?? "";
  await expect(step).not.toHaveText(elapsed);
});

test("a failed build tells what failed, and what to try", async ({ page, context }) => {
  const id = await createBuild(context, { name: "told", packages: ["base", "no-such-package"] });
  expect((await endOfBuild(context, id)).state).toBe("failed");
  await page.goto(`/builds/${id}`);
  await expect(page.getByText("Failed", { exact: true })).toBeVisible();
  const told = page.getByRole("alert").filter({ hasText: "pacstrap ended with exit status" });
  await expect(told).toContainText("target not found: no-such-package");
  await expect(told).toContainText("how it is spelt");
  await expect(page.getByRole("listitem").filter({ hasText: "Install packages" })).toContainText("failed");
  await expectAccessible(page);
});

test("what fails most often is told in Chinese on Chinese pages, with the tool's own words", async ({
  page,
  context,
}) => {
  const mirror = "http://127.0.0.1:9/arch";
  const id = await createBuild(context, { name: "told", mirror, config: undefined });
  expect((await endOfBuild(context, id)).state).toBe("failed");
  await context.addCookies([{ name: "locale", value: "zh-CN", url: BASE_URL }]);
  await page.goto(`/builds/${id}`);
  const told = page.getByRole("alert").filter({ hasText: "镜像站没有响应。" });
  await expect(told).toContainText("pacstrap ended with exit status");
  await expect(told).toContainText("镜像站地址是否正确？");
  await expect(told).not.toContainText("Is the host online");
  await expectAccessible(page);
});

test("a lost build says that nobody can know", async ({ page, context }) => {
  const id = await createBuild(context, { name: "told", config: slowConfig(3000, 0.05) });
  await page.goto(`/builds/${id}`);
  await expect(page.getByRole("log")).toContainText("slow line 5", INSTALLED);
  // Without its order the builder's own cleaning has nothing to tell.
  rmSync(`${directoryOf(id)}/spec.json`);
  await hostCommand("/usr/bin/systemctl", "kill", "--signal=KILL", `machineroom-build@${id}.service`);
  await expect(page.getByText("Lost", { exact: true })).toBeVisible();
  const told = page.getByRole("alert").filter({ hasText: "The builder vanished without a result." });
  await expect(told).toContainText("build it again");
  await expect(page.getByRole("link", { name: "Build again" })).toBeVisible();
  await expect.poll(() => hostCommand("/usr/bin/ls", "-A", "/var/lib/machines")).not.toContain(id);
  await expectAccessible(page);
});

test("the wizard tells which tool is missing, before and after a review", async ({ page, expected }) => {
  expected(/412/);
  const hint = /arch-install-scripts/;
  await page.goto("/machines/new");
  await page.getByRole("radio", { name: /Arch Linux/ }).check();
  await page.getByLabel("Name", { exact: true }).fill("told");
  await page.getByRole("radio", { name: /Locked/ }).check();
  await page.getByRole("button", { name: "Review" }).click();
  renameSync(PACSTRAP, `${PACSTRAP}.away`);
  try {
    await page.getByRole("button", { name: "Build", exact: true }).click();
    const refusal = page.getByRole("alert").filter({ hasText: "This host lacks pacstrap." });
    await expect(refusal).toContainText(hint);
    await page.reload();
    await expect(page.getByRole("radio", { name: /Arch Linux/ })).toBeDisabled();
    await expect(page.getByText(hint)).toBeVisible();
    await expect(page.getByRole("radio", { name: /^Debian/ })).toBeChecked();
    await expectAccessible(page);
  } finally {
    renameSync(`${PACSTRAP}.away`, PACSTRAP);
  }
});

test.describe("a build's log", () => {
  test.describe.configure({ mode: "serial" });
  let id = "";

  test("that is longer than the page holds says so, and is downloaded whole", async ({ page, context }) => {
    id = await createBuild(context, { name: "told" });
    await endOfBuild(context, id);
    const line = { at: new Date().toISOString(), step: "install", stream: "stdout" };
    const lines = Array.from({ length: KEPT + 600 }, (_, index) =>
      JSON.stringify({ ...line, seq: index + 1, text: index === 0 ? "the very first" : `line ${index + 1}` }),
    );
    writeFileSync(`${directoryOf(id)}/log.ndjson`, `${lines.join("\n")}\n`);
    await page.goto(`/builds/${id}`);
    await expect(page.getByText("50,600 lines")).toBeVisible();
    await expect(page.getByText(/^The first 600 lines are not on this page, and not searched/)).toBeVisible();
    await page.getByRole("searchbox", { name: "Search the log" }).fill("the very first");
    await expect(page.getByText("No match")).toBeVisible();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download the whole log" }).click();
    expect((await download).suggestedFilename()).toBe(`build-told-${id}.log`);
    expect(await downloadLog(context, id)).toHaveLength(KEPT + 600);
    await expectAccessible(page);
  });

  test("that cannot be read says why, and is tried again by a button", async ({ page }) => {
    const log = `${directoryOf(id)}/log.ndjson`;
    renameSync(log, `${log}.away`);
    mkdirSync(log);
    await page.goto(`/builds/${id}`);
    const problem = page.getByRole("alert").filter({ hasText: "The log of this build cannot be read." });
    await expect(problem).toContainText(log);
    await expect(page.getByText("Waiting for the first line…")).toHaveCount(0);
    await expectAccessible(page);
    rmSync(log, { recursive: true });
    renameSync(`${log}.away`, log);
    await problem.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("log")).toContainText("line 50600");
    await expect(problem).toHaveCount(0);
  });
});
