import { hostCommand, machinectlStates, placeMachine, removeMachine, waitForBoot } from "./fixtures/host";
import { screenOf, typeLine } from "./fixtures/terminal";
import { ADMIN, BASE_URL, expect, newPage, signIn, test } from "./fixtures/test";

test.describe.configure({ mode: "serial" });

const NAME = "story";

test.afterAll(async () => {
  await removeMachine(NAME);
});

test("a wrong password is refused and the form keeps what was typed", async ({ page, expected }) => {
  expected(/401/);
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(ADMIN.email);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "Email or password is wrong." })).toBeVisible();
  await expect(page.getByLabel("Email")).toHaveValue(ADMIN.email);
});

test("a machine put into the pool appears, starts by a button, and machinectl agrees", async ({ page, context }) => {
  await signIn(context, ADMIN);
  await page.goto("/machines");
  await expect(page.getByRole("heading", { name: "Machines" })).toBeVisible();
  await placeMachine(NAME);
  const row = page.getByRole("row").filter({ hasText: NAME });
  await expect(row).toContainText("Stopped");
  await row.getByRole("button", { name: `Start ${NAME}` }).click();
  await expect(row).toContainText("Running");
  await expect(page.getByText(`machinectl start ${NAME}`)).toBeVisible();
  await expect.poll(machinectlStates).toContain(NAME);
});

test("root logs in within the page, and the terminal survives a reload", async ({ page, context }) => {
  await signIn(context, ADMIN);
  await page.goto(`/machines/${NAME}#terminal`);
  await page.getByRole("button", { name: "Log in" }).click();
  const screen = screenOf(page);
  await expect(screen).toContainText("login:");
  await typeLine(page, "root");
  await expect(screen).toContainText(`root@${NAME}`);
  await typeLine(page, "echo in-$((40+2))");
  await expect(screen).toContainText("in-42");
  await page.reload();
  await expect(screen).toContainText("in-42");
  await typeLine(page, "echo again-$((1+1))");
  await expect(screen).toContainText("again-2");
});

test("two browsers see a change made in a shell", async ({ page, context, browser, problems }) => {
  await signIn(context, ADMIN);
  const other = await browser.newContext();
  await signIn(other, ADMIN);
  const otherPage = await newPage(other, problems);
  for (const one of [page, otherPage]) {
    await one.goto(`${BASE_URL}/machines`);
    await expect(one.getByRole("row").filter({ hasText: NAME })).toContainText("Running");
  }
  await waitForBoot(NAME);
  await hostCommand("/usr/bin/machinectl", "terminate", NAME);
  for (const one of [page, otherPage]) {
    await expect(one.getByRole("row").filter({ hasText: NAME })).toContainText("Stopped");
  }
  await hostCommand("/usr/bin/machinectl", "start", NAME);
  for (const one of [page, otherPage]) {
    await expect(one.getByRole("row").filter({ hasText: NAME })).toContainText("Running");
  }
  await other.close();
});

test("the page recovers alone when the api restarts", async ({ page, context, expected }) => {
  expected(/WebSocket|50[0-9]|ERR_|502/);
  await signIn(context, ADMIN);
  await page.goto("/machines");
  const row = page.getByRole("row").filter({ hasText: NAME });
  await expect(row).toContainText("Running");
  await hostCommand("/usr/bin/systemctl", "restart", "machineroom-api.service");
  await waitForBoot(NAME);
  await hostCommand("/usr/bin/machinectl", "terminate", NAME);
  await expect(row).toContainText("Stopped");
  await row.getByRole("button", { name: `Start ${NAME}` }).click();
  await expect(row).toContainText("Running");
});

test("the button powers the machine off", async ({ page, context }) => {
  await signIn(context, ADMIN);
  await page.goto("/machines");
  const row = page.getByRole("row").filter({ hasText: NAME });
  await expect(row).toContainText("Running");
  await waitForBoot(NAME);
  await row.getByRole("button", { name: `Power off ${NAME}` }).click();
  await expect(row).toContainText("Stopped");
  await expect.poll(machinectlStates).not.toContain(NAME);
});
