import type { Browser, BrowserContext, Page } from "@playwright/test";
import { z } from "zod";

import type { Role } from "@/lib/roles";
import { CLOSE_SESSION_ENDED } from "@/lib/sockets";
import { type Account, accountOf, createAccount, invite, signInAs, signOut } from "./fixtures/accounts";
import { expectAccessible } from "./fixtures/axe";
import { expireLinks } from "./fixtures/database";
import { holdBack } from "./fixtures/hold-back";
import { placeMachine, removeMachine, startMachine } from "./fixtures/host";
import { cookieOf, listen, openSocket, postJson, send, upgradeStatus } from "./fixtures/raw";
import { ADMIN, BASE_URL, call, expect, newPage, signIn, test } from "./fixtures/test";

const MACHINE = "sign-in-one";
const WRONG = "wrong wrong wrong";

async function fillIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Somebody of this test alone, signed in with a page open. */
async function newPerson(browser: Browser, problems: string[], name: string, role: Role, path: string) {
  const email = `${name}-${test.info().repeatEachIndex}@example.com`;
  const account: Account = { email, name, password: ADMIN.password, role };
  await createAccount(browser, account);
  const context = await browser.newContext();
  await signIn(context, account);
  const page = await newPage(context, problems);
  await page.goto(path);
  return { account, context, page };
}

async function idOf(admin: BrowserContext, email: string): Promise<string> {
  const { data } = await call(admin, "query", "users.list");
  const users = z.array(z.object({ id: z.string(), email: z.string() })).parse(data);
  return users.find((user) => user.email === email)?.id ?? "";
}

test.beforeAll(() => placeMachine(MACHINE));
test.afterAll(() => removeMachine(MACHINE));

test("a wrong password is told at its field; the right one leads on", async ({ page, expected }) => {
  expected(/401 \(Unauthorized\)/);
  await page.goto("/builds");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fbuilds$/);
  await expectAccessible(page);
  await fillIn(page, ADMIN.email, WRONG);
  await expect(page.getByLabel("Password")).toHaveAccessibleDescription("Email or password is wrong.");
  await expect(page.getByLabel("Password")).toBeFocused();
  await expect(page.getByLabel("Email")).toHaveValue(ADMIN.email);
  await expectAccessible(page);
  await fillIn(page, ADMIN.email, ADMIN.password);
  await expect(page).toHaveURL("/builds");
  await page.goto("/sign-in");
  await expect(page).toHaveURL("/machines");
});

test("a page comes with its title, before any of its scripts has run", async () => {
  const { text } = await send("GET", "/sign-in", { headers: { accept: "text/html" } });
  expect(text.split("</head>")[0]).toContain("<title>Sign in · Machineroom</title>");
});

test("what is missing is told before anything is sent", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByLabel("Email")).toHaveAccessibleDescription("This is needed.");
  await expect(page.getByLabel("Email")).toBeFocused();
  await fillIn(page, "no address", "x");
  await expect(page.getByLabel("Email")).toHaveAccessibleDescription(/ada@example\.com/);
});

test("a form that is sent before its code is there is not: no password stands in an address", async ({ page }) => {
  const release = await holdBack(page, "**/_next/static/**/*.js");
  await page.goto("/sign-in", { waitUntil: "commit" });
  await page.getByLabel("Email").fill(ADMIN.email);
  await page.getByLabel("Password").fill(ADMIN.password);
  await page.getByLabel("Password").press("Enter");
  await expect(page.getByRole("button", { name: "Sign in" })).toBeDisabled();
  await expect(page).toHaveURL("/sign-in");
  release();
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/machines");
});

test("the way on after signing in is never another site", async ({ page }) => {
  for (const next of [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "/api/health",
  ]) {
    await signOut(page.context());
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await fillIn(page, ADMIN.email, ADMIN.password);
    await expect(page, next).toHaveURL("/machines");
  }
});

test("guessing is slowed down, and nobody else is locked out by it", async ({ page, context, expected }) => {
  expected(/429|401/);
  const guess = { email: "guessed@example.com", password: WRONG };
  for (let attempt = 0; attempt < 5; attempt += 1) {
    expect((await postJson("/api/auth/sign-in/email", guess)).status).toBe(401);
  }
  const refused = await postJson("/api/auth/sign-in/email", guess);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  await page.goto("/sign-in");
  await fillIn(page, guess.email, guess.password);
  await expect(page.getByText(/Too many attempts\. Try again in \d+ seconds?\./)).toBeVisible();
  await signIn(context, ADMIN);
});

test("an account that is not there is refused as a wrong password is", async () => {
  const [nobody, somebody] = await Promise.all(
    ["nobody-here@example.com", ADMIN.email].map((email) =>
      postJson("/api/auth/sign-in/email", { email, password: WRONG }),
    ),
  );
  expect(nobody?.status).toBe(401);
  expect(nobody?.text).toBe(somebody?.text);
});

test("the session's cookie is for this site's HTTP alone, and ends with it", async ({ context }) => {
  await signIn(context, ADMIN);
  const [cookie, ...others] = (await context.cookies(BASE_URL)).filter(({ name }) => name.includes("session"));
  expect(others).toEqual([]);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax", secure: false, path: "/", domain: "127.0.0.1" });
  const days = ((cookie?.expires ?? 0) - Date.now() / 1000) / 86_400;
  expect(days).toBeGreaterThan(6);
  expect(days).toBeLessThan(8);
  const header = `${cookie?.name}=${cookie?.value}`;
  expect((await postJson("/api/auth/sign-out", {}, { cookie: header })).status).toBe(200);
  expect((await call(context, "query", "me")).status).toBe(401);
});

test.describe("an invitation", () => {
  test("that expired says so, and makes nothing", async ({ page, context, expected }) => {
    expected(/403/);
    await signIn(context, ADMIN);
    const link = await invite(context, { email: "late@example.com", role: "viewer" });
    await signOut(context);
    await page.goto(link.href);
    await expect(page.getByRole("heading", { name: "Join the team" })).toBeVisible();
    await expireLinks("invitation");
    await page.getByLabel("Name").fill("Late");
    await page.getByLabel("Password").fill(ADMIN.password);
    const refused = page.waitForResponse((response) => response.url().endsWith("/api/invite/accept"));
    await page.getByRole("button", { name: "Create account" }).click();
    expect((await refused).status()).toBe(403);
    await expect(page.getByRole("heading", { name: "This link has expired" })).toBeVisible();
    await expectAccessible(page);
    await signIn(context, ADMIN);
    expect(await idOf(context, "late@example.com")).toBe("");
  });

  test("works once, makes its own role, and then says that it was used", async ({ page, context }) => {
    await signIn(context, ADMIN);
    const link = await invite(context, { email: "once@example.com", role: "viewer" });
    await signOut(context);
    await page.goto(link.href);
    await expect(page.getByLabel("Email")).toHaveValue("once@example.com");
    await expect(page.getByText("You were invited as viewer.")).toBeVisible();
    await expectAccessible(page);
    await page.getByLabel("Name").fill("Once");
    await page.getByLabel("Password").fill("short");
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page.getByLabel("Password")).toHaveAccessibleDescription("It has at least 10 characters.");
    await page.getByLabel("Password").fill(ADMIN.password);
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page).toHaveURL("/machines");
    expect((await call(context, "query", "me")).data).toMatchObject({ email: "once@example.com", role: "viewer" });
    await signOut(context);
    await page.goto(link.href);
    await expect(page.getByRole("heading", { name: "This link was used already" })).toBeVisible();
    await expectAccessible(page);
    const token = link.searchParams.get("token");
    const again = await postJson("/api/invite/accept", { token, name: "Twice", password: ADMIN.password });
    expect(again.status).toBe(403);
  });

  test("that was cut off, or is none, says so", async ({ page }) => {
    for (const [query, heading] of [
      ["", "This link is incomplete"],
      [`?token=${"0".repeat(43)}`, "This link is not valid"],
    ] as const) {
      for (const path of ["/invite", "/setup"]) {
        await page.goto(path + query);
        await expect(page.getByRole("heading", { name: heading })).toBeVisible();
        await expectAccessible(page);
      }
    }
  });
});

test.describe("while a page is open", () => {
  test.beforeEach(({ expected }) => expected(/WebSocket|401|403/));

  test("a session ended elsewhere leads to sign-in, and back", async ({ browser, problems }) => {
    const { account, context, page } = await newPerson(browser, problems, "ended", "operator", "/machines?q=sign");
    await expect(page.getByText(MACHINE)).toBeVisible();
    const elsewhere = await browser.newContext();
    await signIn(elsewhere, account);
    expect((await call(elsewhere, "mutation", "sessions.revokeOthers")).status).toBe(200);
    await expect(page).toHaveURL(/\/sign-in\?next=%2Fmachines%3Fq%3Dsign$/);
    await fillIn(page, account.email, account.password);
    await expect(page).toHaveURL("/machines?q=sign");
    await expect(page.getByText(MACHINE)).toBeVisible();
    await Promise.all([context.close(), elsewhere.close()]);
  });

  test("its sockets are closed with a code that says so", async ({ browser, context }) => {
    await startMachine(MACHINE);
    const account: Account = { ...accountOf("operator"), email: "closed@example.com", name: "Closed" };
    await createAccount(browser, account);
    const theirs = await browser.newContext();
    await signIn(theirs, account);
    const open = { name: MACHINE, kind: "shell", cols: 80, rows: 24 };
    const { id } = z.object({ id: z.string() }).parse((await call(theirs, "mutation", "terminals.open", open)).data);
    const headers = { cookie: await cookieOf(theirs), origin: BASE_URL };
    const closing: ReturnType<typeof listen>[] = [];
    for (const path of ["/api/trpc", `/api/terminals/${id}`]) {
      const socket = await openSocket(path, headers);
      if (typeof socket === "number") throw new Error(`${path} is refused: ${socket}`);
      closing.push(listen(socket));
    }
    await signInAs(context, "admin");
    await call(context, "mutation", "users.disable", { id: await idOf(context, account.email) });
    for (const closed of closing) expect((await closed).code).toBe(CLOSE_SESSION_ENDED);
    expect(await upgradeStatus("/api/trpc", headers)).toBe(401);
    await call(context, "mutation", "terminals.close", { id });
    await theirs.close();
  });

  test("a disabled account is out at once, and cannot come back", async ({ browser, context, problems }) => {
    const person = await newPerson(browser, problems, "disabled", "operator", "/machines");
    await expect(person.page.getByText(MACHINE)).toBeVisible();
    await signInAs(context, "admin");
    const id = await idOf(context, person.account.email);
    expect((await call(context, "mutation", "users.disable", { id })).status).toBe(200);
    await expect(person.page).toHaveURL(/\/sign-in\?next=/);
    await fillIn(person.page, person.account.email, person.account.password);
    await expect(person.page.getByText("This account is disabled. Ask an admin of your team.")).toBeVisible();
    expect((await call(person.context, "query", "me")).status).toBe(401);
    await person.context.close();
  });

  test("a lowered role takes its buttons away, and a raised one gives them", async ({ browser, context, problems }) => {
    const { account, context: theirs, page } = await newPerson(browser, problems, "lowered", "operator", "/machines");
    const actions = page.getByRole("button", { name: `More actions of ${MACHINE}` });
    await expect(actions).toBeVisible();
    await signInAs(context, "admin");
    const id = await idOf(context, account.email);
    await call(context, "mutation", "users.setRole", { id, role: "viewer" });
    await expect(actions).toHaveCount(0);
    await expect(page.getByText(MACHINE)).toBeVisible();
    expect((await call(theirs, "mutation", "machines.start", { name: MACHINE })).status).toBe(403);
    await call(context, "mutation", "users.setRole", { id, role: "admin" });
    await expect(page.getByRole("link", { name: "Activity" })).toBeVisible();
    await expect(actions).toBeVisible();
    await call(context, "mutation", "users.setRole", { id, role: "viewer" });
    await theirs.close();
  });
});
