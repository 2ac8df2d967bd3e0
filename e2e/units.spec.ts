import { rm, writeFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";

import { signInAs, signOut } from "./fixtures/accounts";
import { auditOf } from "./fixtures/audit";
import { expectAccessible } from "./fixtures/axe";
import { bootMachine, hostCommand, removeMachine, unitState } from "./fixtures/host";
import { expectToFit, openOnPhone } from "./fixtures/phone";
import { BASE_URL, expect, test } from "./fixtures/test";

test.describe.configure({ mode: "serial" });

const NAME = "units-one";
const FIXED = `/var/lib/machines/${NAME}/etc/fixed`;
/** Fails until somebody repairs what it needs. */
const BROKEN = "[Unit]\nDescription=Broken\n[Service]\nExecStart=/bin/sh -c 'test -e /etc/fixed && exec sleep inf'\n";
const WORKER = "[Unit]\nDescription=Works\n[Service]\nExecStart=/bin/sleep inf\n";

const rows = (page: Page): Locator => page.getByRole("table", { name: "Units" }).locator("tbody tr");
const unit = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });
const rowOf = (page: Page, name: string): Locator =>
  rows(page)
    .filter({ has: unit(page, name) })
    .first();
const details = (page: Page, name: string): Locator => page.getByRole("region", { name: `Details of ${name}` });

async function open(page: Page, query = ""): Promise<void> {
  await page.goto(`${BASE_URL}/machines/${NAME}${query}#units`);
  await expect(rows(page).first()).toBeVisible();
}

const stateOf = (name: string) => unitState(NAME, name);

test.beforeAll(() => bootMachine(NAME, { "broken.service": BROKEN, "worker.service": WORKER }));

test.afterAll(() => removeMachine(NAME));

test("a failing unit stands first, says why, and is restarted and reset as systemctl would", async ({
  page,
  context,
}) => {
  await signInAs(context, "operator");
  await open(page);
  await expect(rows(page).first()).toContainText("broken.service");
  await expect(rows(page).first()).toContainText("failed");
  await expectAccessible(page);
  await unit(page, "broken.service").click();
  const shown = details(page, "broken.service");
  await expect(shown).toContainText("/etc/systemd/system/broken.service");
  await expect(shown).toContainText("exit-code · exit status 1");
  await expect(shown.getByRole("region", { name: "Last journal lines" })).toContainText("Failed with result");
  await expectAccessible(page);

  await shown.getByRole("button", { name: "Reset failed" }).click();
  await expect(shown.getByText(`systemctl -M ${NAME} reset-failed broken.service`)).toBeVisible();
  await expect(rowOf(page, "broken.service")).toContainText("inactive");
  expect(await stateOf("broken.service")).toBe("inactive");
  await shown.getByRole("button", { name: "Start" }).click();
  await expect(rowOf(page, "broken.service")).toContainText("failed");
  expect(await stateOf("broken.service")).toBe("failed");
  await writeFile(FIXED, "");
  await shown.getByRole("button", { name: "Restart" }).click();
  await expect(rowOf(page, "broken.service")).toContainText("running");
  expect(await stateOf("broken.service")).toBe("active");
  await shown.getByRole("button", { name: "Stop" }).click();
  await expect(rowOf(page, "broken.service")).toContainText("inactive");
  expect(await stateOf("broken.service")).toBe("inactive");
  await expect(shown.getByText(`systemctl -M ${NAME} stop broken.service`)).toBeVisible();
  await rm(FIXED);

  const entries = await auditOf(context, NAME, "units.");
  expect(entries.map(({ command }) => command)).toEqual(
    ["stop", "restart", "start", "reset-failed"].map((verb) => `systemctl -M ${NAME} ${verb} broken.service`),
  );
});

test("what others do in a shell is seen at once; the list is narrowed by text, type and state", async ({
  page,
  context,
}) => {
  await signInAs(context, "operator");
  await open(page);
  await page.getByRole("searchbox", { name: "Filter units" }).fill("worker");
  await expect(rows(page)).toHaveCount(1);
  await expect(rowOf(page, "worker.service")).toContainText("running");
  await hostCommand("/usr/bin/systemctl", "-M", NAME, "stop", "worker.service");
  await expect(rowOf(page, "worker.service")).toContainText("inactive");
  await hostCommand("/usr/bin/systemctl", "-M", NAME, "start", "worker.service");
  await expect(rowOf(page, "worker.service")).toContainText("running");
  await page.getByRole("searchbox", { name: "Filter units" }).fill("");
  await page.getByRole("combobox", { name: "Type" }).click();
  await page.getByRole("option", { name: "socket" }).click();
  await expect(unit(page, "dbus.socket")).toBeVisible();
  await expect(unit(page, "worker.service")).toHaveCount(0);
  await page.getByRole("button", { name: /^inactive \d/ }).click();
  await expect(unit(page, "dbus.socket")).toHaveCount(0);
  await expect(page).toHaveURL(/type=socket&state=inactive#units$/);
  await page.reload();
  await expect(page.getByRole("button", { name: /^inactive \d/ })).toHaveAttribute("aria-pressed", "true");
});

test("stopping what would cut the machine off is asked first; a viewer has no buttons", async ({ page, context }) => {
  await signInAs(context, "operator");
  await open(page, "?q=dbus.service&unit=dbus.service");
  await details(page, "dbus.service").getByRole("button", { name: "Stop" }).click();
  const question = page.getByRole("alertdialog", { name: "Stop dbus.service?" });
  await expect(question).toContainText(`Everything in ${NAME} that talks over D-Bus is cut off`);
  await expect(question).toContainText(`systemctl -M ${NAME} stop dbus.service`);
  await expectAccessible(page);
  await question.getByRole("button", { name: "Cancel" }).click();
  expect(await stateOf("dbus.service")).toBe("active");
  await signOut(context);
  await signInAs(context, "viewer");
  await open(page, "?q=dbus.service&unit=dbus.service");
  await expect(details(page, "dbus.service")).toContainText("D-Bus System Message Bus");
  await expect(details(page, "dbus.service").getByRole("button", { name: /^(Stop|Restart)$/ })).toHaveCount(0);
  await details(page, "dbus.service")
    .getByText(/^Dependencies/)
    .click();
  await details(page, "dbus.service").getByRole("button", { name: "dbus.socket", exact: true }).first().click();
  await expect(details(page, "dbus.socket")).toBeVisible();
});

test("it says that a machine has stopped, and goes on with its next boot", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await open(page);
  await hostCommand("/usr/bin/machinectl", "poweroff", NAME);
  await expect(page.getByText(`${NAME} does not run`)).toBeVisible();
  await expect(page.getByRole("main").getByText("Stopped").first()).toBeVisible();
  await hostCommand("/usr/bin/machinectl", "start", NAME);
  await expect(rows(page).first()).toContainText("broken.service");
});

test("it is clean to axe in the dark on a phone, in Chinese, and does not scroll sideways", async ({
  page,
  context,
}) => {
  await signInAs(context, "operator");
  await openOnPhone(page, `/machines/${NAME}?unit=broken.service#units`);
  await expect(
    page.getByRole("region", { name: "broken.service 的详情" }).getByRole("button", { name: "重启" }),
  ).toBeVisible();
  await expectToFit(page);
});
