import { ADMIN, BASE_URL, expect, setupLink, test } from "./fixtures/test";

// Runs before every other file, whichever of them are run: they sign in with the account made here.
test("the setup link makes the first account, once", async ({ page, context }) => {
  const link = await setupLink();
  await page.goto(link.href);
  await page.getByLabel("Name").fill(ADMIN.name);
  await page.getByLabel("Email").fill(ADMIN.email);
  await page.getByLabel("Password").fill(ADMIN.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Machines" })).toBeVisible();
  const again = await context.request.post(`${BASE_URL}/api/setup`, {
    headers: { origin: BASE_URL },
    data: { token: link.searchParams.get("token"), ...ADMIN },
  });
  expect(again.ok()).toBe(false);
});
