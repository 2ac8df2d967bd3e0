import { existsSync, readdirSync } from "node:fs";

import { createBuild, downloadLog, endOfBuild, readBuild, slowNumbers } from "../fixtures/builds";
import { machinectlStates, removeMachine } from "../fixtures/host";
import { KEPT_SESSION, readCut } from "../fixtures/power-cut";
import { expect, test } from "../fixtures/test";

test.use({ storageState: KEPT_SESSION });

test.afterAll(async () => {
  for (const name of ["cut-running", "cut-built", "cut-next"]) await removeMachine(name);
});

test("who was signed in still is, and machines are shown as the host has them", async ({ page }) => {
  await page.goto("/machines");
  await expect(page.getByRole("row").filter({ hasText: "cut-running" })).toContainText("Stopped");
  expect(await machinectlStates()).not.toContain("cut-running");
  await expect(page.getByRole("row").filter({ hasText: "cut-built" })).toHaveCount(0);
});

test("the build that ran is lost and says why; its log is there, and nothing else of it", async ({ page, context }) => {
  const { running } = readCut();
  await page.goto(`/builds/${running}`);
  await expect(page.getByText("Lost", { exact: true })).toBeVisible();
  await expect(page.getByRole("alert").filter({ hasText: "vanished without a result" })).toContainText(
    "The host went down while it ran",
  );
  await expect(page.getByRole("link", { name: "Build again" })).toBeVisible();
  expect(await readBuild(context, running)).toMatchObject({ state: "lost", exitCode: null, packages: null });
  const numbers = slowNumbers(await downloadLog(context, running));
  expect(numbers.length).toBeGreaterThanOrEqual(5);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  await expect.poll(() => existsSync(`/var/lib/machines/.build-${running}`)).toBe(false);
  expect(existsSync("/var/lib/machines/cut-built")).toBe(false);
});

test("the build that waited was made, and the lost one's name can be built again", async ({ page, context }) => {
  expect(await endOfBuild(context, readCut().waiting)).toMatchObject({ state: "succeeded", error: null });
  const again = await createBuild(context, { name: "cut-built" });
  expect(await endOfBuild(context, again)).toMatchObject({ state: "succeeded", error: null });
  await page.goto("/machines");
  for (const name of ["cut-next", "cut-built"])
    await expect(page.getByRole("row").filter({ hasText: name })).toContainText("Stopped");
  await expect.poll(() => readdirSync("/var/lib/machines").filter((name) => name.startsWith(".build-"))).toEqual([]);
});
