import { z } from "zod";

import { hasRole, ROLES } from "@/lib/roles";
import { signInAs, signOut } from "./fixtures/accounts";
import { type Procedure, procedures } from "./fixtures/procedures";
import { cookieOf, FORGED_ORIGINS, listen, openSocket, postJson, send, upgradeStatus } from "./fixtures/raw";
import { ADMIN, BASE_URL, call, expect, signIn, test } from "./fixtures/test";

const TERMINAL = "/api/terminals/00000000-0000-4000-8000-000000000000";
const SOCKETS = ["/api/trpc", TERMINAL];
/** Answered outside the router, without a role. */
const OUTSIDE = [
  "/api/auth/sign-in/email",
  "/api/auth/sign-out",
  "/api/auth/change-password",
  "/api/setup",
  "/api/setup/check",
  "/api/invite/accept",
  "/api/invite/check",
];
/** No schema takes it: who may call is refused for it, and nothing is done. */
const NONSENSE = { "no such field": 1 };

/** What each call answers, by its path, and only where it is not as `wanted`. */
async function surprises(
  rows: readonly Procedure[],
  ask: (row: Procedure) => Promise<{ status: number }>,
  wanted: (row: Procedure, status: number) => boolean,
): Promise<string[]> {
  const found: string[] = [];
  for (const row of rows) {
    const { status } = await ask(row);
    if (!wanted(row, status)) found.push(`${row.path}: ${status}`);
  }
  return found;
}

const newestEntry = async (context: Parameters<typeof call>[0]): Promise<number> => {
  const { data } = await call(context, "query", "audit.list", { limit: 1 });
  return z.array(z.object({ id: z.number() })).parse(data)[0]?.id ?? 0;
};

/** What is called, over HTTP or a socket, and what is subscribed to. */
async function table(): Promise<Record<"calls" | "mutations" | "subscriptions", Procedure[]>> {
  const all = await procedures();
  return {
    calls: all.filter(({ type }) => type !== "subscription"),
    mutations: all.filter(({ type }) => type === "mutation"),
    subscriptions: all.filter(({ type }) => type === "subscription"),
  };
}

test("the table of the router is the whole router", async () => {
  const { calls, subscriptions } = await table();
  expect(calls.length).toBeGreaterThan(30);
  expect(subscriptions.map(({ path }) => path)).toEqual(expect.arrayContaining(["machines.watch", "audit.watch"]));
});

test.describe("without a session", () => {
  test("every procedure is refused", async ({ context }) => {
    await signOut(context);
    const ask = (row: Procedure) => call(context, row.type === "query" ? "query" : "mutation", row.path, {});
    expect(await surprises((await table()).calls, ask, (_row, status) => status === 401)).toEqual([]);
    for (const { path } of (await table()).subscriptions)
      expect((await send("GET", `/api/trpc/${path}`)).status, path).toBe(405);
  });

  test("both sockets are refused, also with a cookie of nobody", async () => {
    for (const path of SOCKETS) {
      expect(await upgradeStatus(path, { origin: BASE_URL })).toBe(401);
      expect(await upgradeStatus(path, { origin: BASE_URL, cookie: "machineroom.session_token=a.b" })).toBe(401);
    }
  });
});

test.describe("roles", () => {
  for (const role of ROLES) {
    test(`a ${role} may call what is declared for it, and nothing else`, async ({ context }) => {
      await signInAs(context, role);
      const ask = ({ type, path, takesInput }: Procedure) =>
        call(context, type === "query" ? "query" : "mutation", path, takesInput ? NONSENSE : undefined);
      const isRight = (row: Procedure, status: number) =>
        hasRole(role, row.role) ? status < 500 && ![401, 403].includes(status) : status === 403;
      expect(await surprises((await table()).calls, ask, isRight)).toEqual([]);
    });

    test(`a ${role} may subscribe to what is declared for it`, async ({ context }) => {
      await signInAs(context, role);
      const headers = { cookie: await cookieOf(context), origin: BASE_URL };
      for (const { path, role: least } of (await table()).subscriptions) {
        const socket = await openSocket("/api/trpc", headers);
        if (typeof socket === "number") throw new Error(`refused: ${socket}`);
        const heard = listen(socket, (texts) => texts.length > 0);
        const params = { path, input: NONSENSE };
        socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "subscription", params }));
        const first = (await heard).texts[0] ?? "";
        socket.close();
        expect(first.includes('"FORBIDDEN"'), `${path}: ${first}`).toBe(!hasRole(role, least));
      }
    });
  }

  test("the sockets heed the role as HTTP does", async ({ context }) => {
    await signInAs(context, "viewer");
    const headers = { cookie: await cookieOf(context), origin: BASE_URL };
    expect(await upgradeStatus(TERMINAL, headers)).toBe(403);
    const socket = await openSocket("/api/trpc", headers);
    if (typeof socket === "number") throw new Error(`refused: ${socket}`);
    const heard = listen(socket, (texts) => texts.length > 0);
    const params = { path: "machines.start", input: { name: "nobody" } };
    socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "mutation", params }));
    expect((await heard).texts[0]).toContain('"FORBIDDEN"');
    socket.close();
  });
});

test.describe("a forged Origin", () => {
  test("is refused on every mutation, and changes nothing", async ({ context }) => {
    await signIn(context, ADMIN);
    const cookie = await cookieOf(context);
    const before = await newestEntry(context);
    const ask = ({ path }: Procedure) => postJson(`/api/trpc/${path}`, NONSENSE, { cookie, origin: "null" });
    expect(await surprises((await table()).mutations, ask, (_row, status) => status === 403)).toEqual([]);
    for (const origin of FORGED_ORIGINS) {
      const answer = await postJson("/api/trpc/machines.start", { name: "nobody" }, { cookie, origin });
      expect(answer.status, origin).toBe(403);
      expect(JSON.parse(answer.text)).toMatchObject({ code: "FORBIDDEN", message: expect.stringContaining("origin") });
    }
    for (const site of ["cross-site", "same-site"]) {
      const forged = { cookie, "sec-fetch-site": site };
      expect((await postJson("/api/trpc/machines.start", { name: "nobody" }, forged)).status, site).toBe(403);
    }
    expect(await newestEntry(context)).toBe(before);
  });

  test("is refused on everything outside the router", async ({ context }) => {
    await signIn(context, ADMIN);
    const cookie = await cookieOf(context);
    for (const path of OUTSIDE) {
      for (const origin of FORGED_ORIGINS) {
        expect((await postJson(path, ADMIN, { cookie, origin })).status, `${path} ${origin}`).toBe(403);
      }
    }
    expect((await call(context, "query", "me")).status).toBe(200);
  });

  test("is refused on every upgrade", async ({ context }) => {
    await signIn(context, ADMIN);
    const cookie = await cookieOf(context);
    for (const path of SOCKETS) {
      for (const origin of FORGED_ORIGINS) {
        expect(await upgradeStatus(path, { cookie, origin }), `${path} ${origin}`).toBe(403);
      }
      expect(await upgradeStatus(path, { cookie, origin: BASE_URL }), path).toBe(101);
    }
  });
});
