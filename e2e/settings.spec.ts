import type { Page } from "@playwright/test";

import { type Account, accountOf, createAccount, signInAs, signOut } from "./fixtures/accounts";
import { expectAccessible } from "./fixtures/axe";
import { ADMIN, call, expect, newPage, signIn, test } from "./fixtures/test";

const SECTIONS = ["account", "sessions", "team", "appearance", "host"];

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
}

for (const section of SECTIONS) {
  test(`${section} is accessible and fits, light and dark, wide and narrow`, async ({ page, context }) => {
    await signInAs(context, "admin");
    await page.goto(`/settings/${section}`);
    await expect(page.getByRole("heading", { level: 2 }).first()).toBeVisible();
    await expect(page.getByRole("main").getByText("Loading…")).toHaveCount(0);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 800 });
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
      }
    }
  });
}

test("a name is changed, and everybody sees the new one", async ({ page, context, browser }) => {
  const account: Account = { ...accountOf("viewer"), email: "renamed@example.com", name: "Before" };
  await createAccount(browser, account);
  await signIn(context, account);
  await page.goto("/settings");
  await expect(page).toHaveURL("/settings/account");
  await page.getByLabel("Name").fill("  ");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByLabel("Name")).toHaveAccessibleDescription("This is needed.");
  await page.getByLabel("Name").fill("Afterwards");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Account of Afterwards" })).toBeVisible();
  await signOut(context);
  await signInAs(context, "admin");
  await page.goto("/settings/team");
  await expect(page.getByRole("listitem").filter({ hasText: account.email })).toContainText("Afterwards");
});

test("a password is changed, which ends the other sessions", async ({ page, context, browser, expected, problems }) => {
  expected(/400|401|WebSocket/);
  const account: Account = { ...accountOf("viewer"), email: "changed@example.com", name: "Changer" };
  await createAccount(browser, account);
  await signIn(context, account);
  const other = await browser.newContext();
  await signIn(other, account);
  const elsewhere = await newPage(other, problems);
  await elsewhere.goto("/settings/sessions");
  await expect(elsewhere.getByText("This session")).toBeVisible();

  await page.goto("/settings/account");
  await page.getByLabel("Current password").fill("wrong wrong wrong");
  await page.getByLabel("New password").fill("another long password");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByLabel("Current password")).toHaveAccessibleDescription("This is not your current password.");
  await page.getByLabel("Current password").fill(account.password);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password is changed.")).toBeVisible();
  await expect(page.getByLabel("New password")).toHaveValue("");
  await expect(elsewhere).toHaveURL(/\/sign-in\?next=%2Fsettings%2Fsessions$/);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Password" })).toBeVisible();
  await signIn(other, { ...account, password: "another long password" });
  await other.close();
});

test("sessions are listed, and ended one by one or all at once", async ({ page, context, browser }) => {
  const account: Account = { ...accountOf("viewer"), email: "sessions@example.com", name: "Sessions" };
  await createAccount(browser, account);
  const others = await Promise.all([1, 2, 3].map(() => browser.newContext()));
  for (const one of others) await signIn(one, account);
  await signIn(context, account);
  // Made when the invitation was accepted.
  const made = 1;
  await page.goto("/settings/sessions");
  const rows = page.getByRole("main").getByRole("listitem");
  await expect(rows).toHaveCount(1 + made + others.length);
  await expect(rows.first()).toContainText("This session");
  await expect(rows.first().getByRole("button")).toHaveCount(0);
  await rows
    .nth(1)
    .getByRole("button", { name: /^End the session of/ })
    .click();
  await expect(rows).toHaveCount(made + others.length);
  await page.getByRole("button", { name: "End all others" }).click();
  const question = page.getByRole("alertdialog", { name: "End all your other sessions?" });
  await expect(question).toContainText("3 sessions are signed out");
  await expectAccessible(page);
  await question.getByRole("button", { name: "End all others" }).click();
  await expect(rows).toHaveCount(1);
  await expect(page.getByText("You are signed in nowhere else.")).toBeVisible();
  for (const one of others) {
    expect((await call(one, "query", "me")).status).toBe(401);
    await one.close();
  }
});

test("somebody is invited, joins, is given a role, and is disabled", async ({
  page,
  context,
  browser,
  problems,
  expected,
}) => {
  expected(/409 \(Conflict\)/);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await signInAs(context, "admin");
  await page.goto("/settings/team");
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await expectAccessible(page);
  await dialog.getByLabel("Email").fill(ADMIN.email);
  await dialog.getByRole("button", { name: "Make the link" }).click();
  await expect(dialog.getByLabel("Email")).toHaveAccessibleDescription(/has an account already/);
  await dialog.getByLabel("Email").fill("joining@example.com");
  await dialog.getByRole("combobox", { name: "Role" }).click();
  await page.getByRole("option", { name: "Viewer" }).click();
  await dialog.getByRole("button", { name: "Make the link" }).click();
  await dialog.getByRole("button", { name: "Copy link" }).click();
  await expect(dialog.getByRole("button", { name: "Copied" })).toBeVisible();
  await expectAccessible(page);
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await expect(dialog.getByLabel("Invitation link")).toHaveValue(link);
  await dialog.getByRole("button", { name: "Done" }).click();
  const invitation = page.getByRole("listitem").filter({ hasText: "joining@example.com" });
  await expect(invitation).toContainText("Viewer");

  const other = await browser.newContext();
  const joining = await newPage(other, problems);
  await joining.goto(link);
  await joining.getByLabel("Name").fill("Joining");
  await joining.getByLabel("Password").fill(ADMIN.password);
  await joining.getByRole("button", { name: "Create account" }).click();
  await expect(joining).toHaveURL("/machines");

  await page.reload();
  const member = page.getByRole("listitem").filter({ hasText: "joining@example.com" });
  await expect(member).toHaveCount(1);
  await member.getByRole("combobox", { name: "Role of Joining" }).click();
  await page.getByRole("option", { name: "Operator" }).click();
  await expect(member.getByRole("combobox")).toHaveText("Operator");
  await expect.poll(async () => (await call(other, "query", "me")).data).toMatchObject({ role: "operator" });
  await joining.close();
  await member.getByRole("button", { name: "Disable Joining" }).click();
  const question = page.getByRole("alertdialog", { name: "Disable Joining?" });
  await expectAccessible(page);
  await question.getByRole("button", { name: "Disable" }).click();
  await expect(member).toContainText("Disabled");
  expect((await call(other, "query", "me")).status).toBe(401);
  await member.getByRole("button", { name: "Enable Joining" }).click();
  await expect(member.getByRole("button", { name: "Disable Joining" })).toBeVisible();
  await signIn(other, { email: "joining@example.com", password: ADMIN.password });
  await other.close();
});

test("an invitation is taken back, and its link is dead", async ({ page, context }) => {
  await signInAs(context, "admin");
  const { data } = await call(context, "mutation", "users.invite", { email: "unwanted@example.com", role: "operator" });
  await page.goto("/settings/team");
  await page.getByRole("button", { name: "Take back the invitation of unwanted@example.com" }).click();
  await expect(page.getByText("unwanted@example.com")).toHaveCount(0);
  await page.goto((data as { url: string }).url);
  await expect(page.getByRole("heading", { name: "This link is not valid" })).toBeVisible();
});

test("a viewer sees nothing that is for admins, wherever they go", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await page.goto("/settings/account");
  const sections = page.getByRole("navigation", { name: "Sections of the settings" });
  await expect(sections.getByRole("link")).toHaveText(["Account", "Sessions", "Appearance", "Host"]);
  await expect(page.getByRole("link", { name: "Activity" })).toHaveCount(0);
  for (const path of ["/settings/team", "/activity"]) {
    await page.goto(path);
    await expect(page.getByText("This is for admins")).toBeVisible();
    await expect(page.getByText("Your role is Viewer. Ask an admin of your team.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Invite" })).toHaveCount(0);
    await expectAccessible(page);
  }
});

test("theme and language are chosen, and stay", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await page.goto("/settings/appearance");
  // Nothing is checked before the page's code is there.
  await expect(page.getByRole("group", { name: "Theme" }).locator("input:checked")).toHaveCount(1);
  await page.getByRole("radio", { name: "Dark", exact: true }).check();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("radio", { name: "中文" }).click();
  await expect(page.getByRole("heading", { name: "设置" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("radio", { name: "深色", exact: true })).toBeChecked();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
});

test("the host tells what it is", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await page.goto("/settings/host");
  const facts = page.getByRole("main");
  await expect(facts).toContainText("/var/lib/machines");
  await expect(facts).toContainText("btrfs");
  await expect(facts).toContainText("/usr/bin/pacstrap");
});
