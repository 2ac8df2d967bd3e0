import type { Locator, Page } from "@playwright/test";

import { signInAs } from "./fixtures/accounts";
import { emptyPool, hostCommand, placeMachine, removeMachine, waitForBoot } from "./fixtures/host";
import { expect, test } from "./fixtures/test";

test.describe.configure({ mode: "serial" });

const NAME = "live-one";
const UNIT = `systemd-nspawn@${NAME}.service`;

const rowOf = (page: Page, name: string): Locator => page.getByRole("row").filter({ hasText: name });
const linkOf = (page: Page): Locator => page.getByRole("region", { name: "Host" });

test.beforeAll(async () => {
  await emptyPool();
  await placeMachine(NAME);
  await hostCommand("/usr/bin/machinectl", "start", NAME);
  await waitForBoot(NAME);
});

test.afterAll(() => removeMachine(NAME));

test("a network that is lost without a word is told, and found again alone", async ({ page, context, expected }) => {
  expected(/WebSocket/);
  await signInAs(context, "operator");
  await page.goto("/machines");
  await expect(rowOf(page, NAME)).toContainText("Running");
  await expect(linkOf(page)).toContainText("Live");
  const powerOff = page.getByRole("button", { name: `Power off ${NAME}` });
  await expect(powerOff).toBeEnabled();
  const web = (signal: string) => hostCommand("/usr/bin/systemctl", "kill", `--signal=${signal}`, "machineroom-web");
  // Its sockets stay open, and nobody answers on them: as where a cable was pulled far away.
  await web("STOP");
  try {
    await expect(page.getByText("Not connected to the host.")).toBeVisible({ timeout: 12_000 });
    await expect(linkOf(page)).toContainText("Disconnected");
    await expect(powerOff).toBeDisabled();
    await hostCommand("/usr/bin/systemctl", "stop", UNIT);
    await expect(rowOf(page, NAME)).toContainText("Running");
  } finally {
    await web("CONT");
  }
  await expect(linkOf(page)).toContainText("Live", { timeout: 15_000 });
  await expect(rowOf(page, NAME)).toContainText("Stopped");
  await expect(page.getByText("Not connected to the host.")).toHaveCount(0);
});
