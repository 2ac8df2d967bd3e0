import { rm } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";

import { signInAs } from "./fixtures/accounts";
import { expectAccessible } from "./fixtures/axe";
import { addUnit, hostCommand, placeMachine, removeDbus, removeMachine } from "./fixtures/host";
import { screenOf } from "./fixtures/terminal";
import { BASE_URL, expect, test } from "./fixtures/test";

test.describe.configure({ mode: "serial" });

const WITHOUT_BUS = "plain-nobus";
/** A program without systemd, started by hand from a directory outside the pool. */
const APP = "plain-app";
const APP_TREE = `/var/tmp/${APP}`;
const WORKER = "[Service]\nExecStart=/bin/sleep 4242\nRestart=no\n";

const tab = (page: Page, name: string): Locator => page.getByRole("tab", { name, exact: true });
const processOf = (page: Page, machine: string, command: string): Locator =>
  page
    .getByRole("treegrid", { name: `Processes of ${machine}` })
    .locator("tbody tr")
    .filter({ hasText: command });

test.beforeAll(async () => {
  await placeMachine(WITHOUT_BUS);
  await removeDbus(WITHOUT_BUS);
  await addUnit(WITHOUT_BUS, "worker.service", WORKER);
  await hostCommand("/usr/bin/machinectl", "start", WITHOUT_BUS);
  await hostCommand("/usr/bin/cp", "-a", "--reflink=auto", "/srv/fixtures/debian", APP_TREE);
  const nspawn = ["/usr/bin/systemd-nspawn", "--quiet", `--directory=${APP_TREE}`, `--machine=${APP}`];
  await hostCommand("/usr/bin/systemd-run", "--quiet", "--collect", `--unit=${APP}`, ...nspawn, "/bin/sleep", "4343");
});

test.afterAll(async () => {
  await removeMachine(WITHOUT_BUS);
  await hostCommand("/usr/bin/systemctl", "stop", APP);
  await rm(APP_TREE, { recursive: true, force: true });
});

test("a machine without D-Bus has its overview, its journal and its processes, which get signals", async ({
  page,
  context,
}) => {
  await signInAs(context, "operator");
  await page.goto(`${BASE_URL}/machines/${WITHOUT_BUS}`);
  await expect(page.getByText("Running since")).toBeVisible();
  await expect(page.getByRole("region", { name: "CPU", exact: true })).toContainText(/\d%/);
  await expectAccessible(page);
  await tab(page, "Journal").click();
  await expect(page.getByText(/Startup finished in/).first()).toBeVisible();
  await tab(page, "Processes").click();
  const worker = processOf(page, WITHOUT_BUS, "/bin/sleep 4242");
  await expect(worker).toBeVisible();
  await expect(processOf(page, WITHOUT_BUS, "worker.service").first()).toBeVisible();
  await worker.getByRole("button", { name: /^Actions for/ }).click();
  await page.getByRole("menuitem", { name: "Send a signal…" }).click();
  const question = page.getByRole("dialog", { name: /^Send a signal to process \d+\?$/ });
  await question.getByRole("button", { name: "Send signal" }).click();
  await expect(question.getByText("SIGTERM was sent.")).toBeVisible();
  await question.getByRole("button", { name: "Close" }).click();
  await expect(worker).toHaveCount(0);
});

test("a program without systemd has its processes; what cannot be there is explained in every tab", async ({
  page,
  context,
}) => {
  await signInAs(context, "operator");
  await page.goto(`${BASE_URL}/machines/${APP}`);
  await expect(page.getByText("Running since")).toBeVisible();
  await expect(page.getByRole("region", { name: "CPU", exact: true })).toContainText(/\d%/);
  await page.getByRole("region", { name: "Resources" }).getByRole("button", { name: "1 hour" }).click();
  await expect(page.getByText(`No history is kept of ${APP}`)).toBeVisible();
  await expectAccessible(page);

  await tab(page, "Processes").click();
  await expect(processOf(page, APP, "/bin/sleep 4343")).toBeVisible();
  await tab(page, "Journal").click();
  await expect(page.getByText(`${APP} does not run systemd, and so has no journal`)).toBeVisible();
  await expectAccessible(page);
  for (const name of ["Boot", "Units"]) {
    await tab(page, name).click();
    await expect(page.getByText(`${APP} does not run systemd as its init`)).toBeVisible();
    await expect(page.getByText(/Machines started with --boot, or by machinectl start, run one/)).toBeVisible();
    await expectAccessible(page);
  }
  await tab(page, "Terminal").click();
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(screenOf(page)).toContainText(/no system bus in container|Failed to get login PTY/i);
  await expect(page.getByText(/The session ended \(exit status 1\)/)).toBeVisible();
});
