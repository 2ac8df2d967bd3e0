import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";

import type { Role } from "@/lib/roles";
import { signInAs } from "./fixtures/accounts";
import { expectAccessible } from "./fixtures/axe";
import { placeMachine, removeMachine, startMachine } from "./fixtures/host";
import { screenOf, typeLine } from "./fixtures/terminal";
import { call, expect, test } from "./fixtures/test";

const NAME = "old-login";
const TREE = `/var/lib/machines/${NAME}`;

/** As older Arch trees are: root may log in on the listed terminals only, and none of pts/N is among them. */
test.beforeAll(async () => {
  await placeMachine(NAME);
  writeFileSync(`${TREE}/etc/securetty`, "console\ntty1\n");
  const pam = readFileSync(`${TREE}/etc/pam.d/login`, "utf8");
  writeFileSync(`${TREE}/etc/pam.d/login`, pam.replace(/^auth/m, "auth required pam_securetty.so\nauth"));
  await startMachine(NAME);
});

test.afterAll(async () => {
  await removeMachine(NAME);
});

test("root is refused and everybody sees why; an admin lets root in", async ({ page, context }) => {
  const explained = page.getByRole("region", { name: `${NAME} does not let root log in here` });
  const allow = page.getByRole("button", { name: "Let root log in" });
  const lookAs = async (role: Role) => {
    // The same address again would be no new page.
    await page.goto("about:blank");
    await context.clearCookies();
    await signInAs(context, role);
    await page.goto(`/machines/${NAME}#terminal`);
  };
  for (const role of ["viewer", "operator"] as const) {
    await lookAs(role);
    await expect(explained).toContainText("pts/0 pts/1");
    await expect(explained).toContainText("/etc/pam.d/login");
    await expect(explained).toContainText("ask one");
    await expect(allow).toHaveCount(0);
    await expectAccessible(page);
  }

  await lookAs("admin");
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await expect(screenOf(page)).toContainText("login:");
  await typeLine(page, "root");
  await expect(screenOf(page)).toContainText("Login incorrect");
  await expect(explained).toBeVisible();
  await expectAccessible(page);
  await allow.click();
  await expect(page.getByText(`Root may log in to ${NAME} now.`, { exact: false })).toBeVisible();
  await expect(explained).toHaveCount(0);
  // After a refusal it waits for a while before it asks again.
  await expect(screenOf(page)).toHaveText(/Login incorrect.*login: *$/);
  await page.getByRole("textbox", { name: `Terminal of ${NAME}` }).focus();
  await typeLine(page, "root");
  await expect(screenOf(page)).toContainText(`root@${NAME}`);

  const { data } = await call(context, "query", "audit.list", { action: "machines.allowRootLogin", limit: 1 });
  const [entry] = z.array(z.object({ target: z.string(), command: z.string(), ok: z.boolean() })).parse(data);
  expect(entry).toMatchObject({ target: NAME, ok: true, command: expect.stringContaining(`${TREE}/etc/securetty`) });
});
