import type { BrowserContext, Page } from "@playwright/test";

import { accountOf, signInAs } from "./fixtures/accounts";
import { expectAccessible } from "./fixtures/axe";
import { hostCommand, placeMachine, removeMachine } from "./fixtures/host";
import { call, expect, test } from "./fixtures/test";

const MACHINE = "activity-one";

const entryOf = (page: Page, text: string) => page.getByRole("main").getByRole("listitem").filter({ hasText: text });

/** Somebody else at work, beside the page. */
async function operatorOf(context: BrowserContext): Promise<BrowserContext> {
  const operator = await context.browser()?.newContext();
  if (!operator) throw new Error("a context without a browser");
  await signInAs(operator, "operator");
  return operator;
}

test.beforeAll(() => placeMachine(MACHINE));
test.afterAll(() => removeMachine(MACHINE));

test("what somebody does stands there at once, with its command and its end", async ({ page, context }) => {
  await signInAs(context, "admin");
  const operator = await operatorOf(context);
  await page.goto("/activity");
  await expect(entryOf(page, "Sign in").first()).toBeVisible();
  await call(operator, "mutation", "machines.start", { name: "not-there" });
  await expect(entryOf(page, "not-there")).toContainText(/Start machine.*Failed/s);
  await expect(entryOf(page, "not-there")).toContainText("NOT_FOUND");
  await call(operator, "mutation", "machines.start", { name: MACHINE });
  const entry = entryOf(page, MACHINE);
  await expect(entry).toContainText(`machinectl start ${MACHINE}`);
  await expect(entry).toContainText(accountOf("operator").email);
  await expect(entry).toContainText("from 127.0.0.1");
  await expectAccessible(page);
  await operator.close();
});

test("it is narrowed by who, what, on what and how it ended; a reload keeps that", async ({ page, context }) => {
  await signInAs(context, "admin");
  await page.goto("/activity");
  await page.getByLabel("On what").fill("not-there");
  await expect(page).toHaveURL("/activity?target=not-there");
  await expect(entryOf(page, MACHINE)).toHaveCount(0);
  await page.getByRole("combobox", { name: "Result" }).click();
  await page.getByRole("option", { name: "Done" }).click();
  await expect(page.getByText("Nothing fits")).toBeVisible();
  await page.getByRole("button", { name: "Show all activity" }).click();
  await page.getByRole("combobox", { name: "What", exact: true }).click();
  await page.getByRole("option", { name: "Machines: all" }).click();
  await page.getByLabel("Who").fill("operator");
  await expect(page).toHaveURL(/actor=operator/);
  await expect(entryOf(page, "Sign in")).toHaveCount(0);
  await page.reload();
  await expect(page.getByLabel("Who")).toHaveValue("operator");
  await expect(page.getByRole("combobox", { name: "What", exact: true })).toHaveText("Machines: all");
  await expect(entryOf(page, MACHINE)).toBeVisible();
  await expect(entryOf(page, "Sign in")).toHaveCount(0);
  await page.goto("/activity?action=rm&result=perhaps");
  await expect(entryOf(page, "Sign in").first()).toBeVisible();
});

test("older pages are read when asked for", async ({ page, context }) => {
  await signInAs(context, "admin");
  for (let count = 0; count < 60; count += 1) {
    await call(context, "mutation", "machines.start", { name: `many-${count}` });
  }
  await page.goto("/activity?target=many-");
  await expect(entryOf(page, "many-")).toHaveCount(50);
  await page.getByRole("button", { name: "Show older" }).click();
  await expect(entryOf(page, "many-")).toHaveCount(60);
  await call(context, "mutation", "machines.start", { name: "many-more" });
  await expect(entryOf(page, "many-")).toHaveCount(61);
  await expect(entryOf(page, "many-").first()).toContainText("many-more");
});

test("after the api was away, what was missed is there", async ({ page, context, expected }) => {
  expected(/WebSocket|50[0-9]|ERR_/);
  await signInAs(context, "admin");
  await page.goto("/activity?target=after-the");
  await expect(page.getByText("Nothing fits")).toBeVisible();
  await hostCommand("/usr/bin/systemctl", "restart", "machineroom-api.service");
  await expect.poll(async () => (await call(context, "query", "me").catch(() => null))?.status).toBe(200);
  await call(context, "mutation", "machines.start", { name: "after-the-restart" });
  await expect(entryOf(page, "after-the-restart")).toBeVisible();
});

for (const theme of ["light", "dark"] as const) {
  test(`it is accessible and fits on a phone, ${theme}`, async ({ page, context }) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize({ width: 360, height: 740 });
    await signInAs(context, "admin");
    await page.goto("/activity");
    await expect(entryOf(page, "Sign in").first()).toBeVisible();
    await expectAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  });
}
