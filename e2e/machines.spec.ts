import { signInAs } from "./fixtures/accounts";
import { expectAccessible } from "./fixtures/axe";
import { expect, test } from "./fixtures/test";

test("a viewer sees the machines and may do nothing with them", async ({ page, context }) => {
  await signInAs(context, "viewer");
  await page.goto("/machines");
  await expect(page.getByRole("heading", { name: "Machines" })).toBeVisible();
  await expectAccessible(page);
});
