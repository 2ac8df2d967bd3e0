import { expireLinks } from "./fixtures/database";
import { postJson } from "./fixtures/raw";
import { ADMIN, expect, setupLink, test } from "./fixtures/test";

// Runs before every other file, whichever of them are run: they sign in with the account made here.
test("the setup link makes the first account, once, within its hour", async ({ page, expected }) => {
  expected(/403/);
  const expiredLink = await setupLink();
  await expireLinks("setup");
  await page.goto(expiredLink.href);
  await expect(page.getByRole("heading", { name: "This link has expired" })).toBeVisible();
  await expect(page.getByText("machineroom setup-link")).toBeVisible();
  const link = await setupLink();
  const tokens = [expiredLink, link].map((one) => one.searchParams.get("token"));
  expect((await postJson("/api/setup", { ...ADMIN, token: tokens[0] })).status).toBe(403);

  await page.goto(link.href);
  await page.getByLabel("Name").fill(ADMIN.name);
  await page.getByLabel("Email").fill(ADMIN.email);
  await page.getByLabel("Password").fill(ADMIN.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Machines" })).toBeVisible();
  expect((await postJson("/api/setup", { ...ADMIN, token: tokens[1] })).status).toBe(403);
});
