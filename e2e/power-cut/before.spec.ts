import { createBuild, readBuild, slowConfig } from "../fixtures/builds";
import { placeMachine, startMachine } from "../fixtures/host";
import { KEPT_SESSION, saveCut } from "../fixtures/power-cut";
import { ADMIN, expect, signIn, test } from "../fixtures/test";

// What this leaves running is what the power is taken from: scripts/test-e2e does so after it.
test("a machine runs, a build is in the middle of its packages, and another waits", async ({ page, context }) => {
  await signIn(context, ADMIN);
  await placeMachine("cut-running");
  await startMachine("cut-running");
  const running = await createBuild(context, { name: "cut-built", config: slowConfig(3000, 0.1) });
  const waiting = await createBuild(context, { name: "cut-next" });
  await page.goto(`/builds/${running}`);
  await expect(page.getByRole("log")).toContainText("slow line 5", { timeout: 60_000 });
  await page.goto("/machines");
  await expect(page.getByRole("row").filter({ hasText: "cut-running" })).toContainText("Running");
  expect((await readBuild(context, running)).state).toBe("running");
  expect((await readBuild(context, waiting)).state).toBe("queued");
  await context.storageState({ path: KEPT_SESSION });
  saveCut({ running, waiting });
});
