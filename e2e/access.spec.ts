import { request as httpRequest } from "node:http";
import WebSocket from "ws";

import { ADMIN, BASE_URL, call, expect, signIn, test } from "./fixtures/test";

/** Opens a WebSocket and tells how the server answered the upgrade. */
function upgrade(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${BASE_URL.replace("http", "ws")}${path}`, { headers });
    socket.once("open", () => {
      socket.close();
      resolve(101);
    });
    socket.once("unexpected-response", (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.once("error", reject);
  });
}

/** A plain POST with exactly these headers: Playwright's client adds none, but a forged Origin must really leave. */
function post(path: string, headers: Record<string, string>, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${BASE_URL}${path}`, { method: "POST", headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

async function cookieHeader(context: Parameters<typeof signIn>[0]): Promise<string> {
  const cookies = await context.cookies(BASE_URL);
  return cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join("; ");
}

test.describe("without a session", () => {
  const procedures: ["query" | "mutation", string, unknown][] = [
    ["query", "me", undefined],
    ["query", "host.info", undefined],
    ["query", "machines.list", undefined],
    ["query", "machines.get", { name: "arch" }],
    ["query", "machines.properties", { name: "arch" }],
    ["mutation", "machines.start", { name: "arch" }],
    ["mutation", "machines.terminate", { name: "arch" }],
    ["mutation", "terminals.open", { name: "arch", kind: "login", cols: 80, rows: 24 }],
    ["query", "users.list", undefined],
    ["query", "audit.list", { limit: 10 }],
  ];
  for (const [kind, path, input] of procedures) {
    test(`${path} is refused`, async ({ context }) => {
      await context.clearCookies();
      const answer = await call(context, kind, path, input);
      expect(answer.status).toBe(401);
      expect(answer.error?.data.code).toBe("UNAUTHORIZED");
    });
  }

  test("sockets are refused", async () => {
    expect(await upgrade("/api/trpc", { origin: BASE_URL })).toBe(401);
    expect(await upgrade("/api/terminals/00000000-0000-4000-8000-000000000000", { origin: BASE_URL })).toBe(401);
  });
});

test.describe("forged Origin", () => {
  test("is refused on mutations and upgrades, and changes nothing", async ({ context }) => {
    await signIn(context, ADMIN);
    const cookie = await cookieHeader(context);
    const forged = { cookie, origin: "https://evil.example" };
    const answer = await post(
      "/api/trpc/machines.start",
      { ...forged, "content-type": "application/json" },
      JSON.stringify({ name: "nobody" }),
    );
    expect(answer.status).toBe(403);
    expect(await upgrade("/api/trpc", forged)).toBe(403);
    expect(await upgrade("/api/terminals/00000000-0000-4000-8000-000000000000", forged)).toBe(403);
    const setup = await post(
      "/api/setup",
      { origin: "https://evil.example", "content-type": "application/json" },
      JSON.stringify({ token: "x", email: "x@example.com", name: "x", password: "long enough password" }),
    );
    expect(setup.status).toBe(403);
  });

  test("the true Origin is accepted", async ({ context }) => {
    await signIn(context, ADMIN);
    expect(await upgrade("/api/trpc", { cookie: await cookieHeader(context), origin: BASE_URL })).toBe(101);
  });
});

test.describe("bad input", () => {
  for (const name of ["../x", "-a", "x".repeat(65), "a b", ".host", "é", ""]) {
    test(`the name ${JSON.stringify(name)} gets a 4xx from every procedure that takes one`, async ({ context }) => {
      await signIn(context, ADMIN);
      for (const path of ["start", "poweroff", "reboot", "terminate", "enable", "disable"]) {
        const answer = await call(context, "mutation", `machines.${path}`, { name });
        expect(answer.status, path).toBe(400);
      }
      for (const path of ["machines.get", "machines.properties"]) {
        const answer = await call(context, "query", path, { name });
        expect(answer.status, path).toBe(400);
      }
      const terminal = await call(context, "mutation", "terminals.open", { name, kind: "login", cols: 80, rows: 24 });
      expect(terminal.status).toBe(400);
    });
  }

  test("a huge body is refused", async ({ context }) => {
    await signIn(context, ADMIN);
    const answer = await post(
      "/api/trpc/machines.start",
      { cookie: await cookieHeader(context), origin: BASE_URL, "content-type": "application/json" },
      JSON.stringify({ name: "x".repeat(5_000_000) }),
    );
    expect(answer.status).toBe(413);
  });

  test("an expired or unknown setup link is refused", async () => {
    const answer = await post(
      "/api/setup",
      { origin: BASE_URL, "content-type": "application/json" },
      JSON.stringify({ token: "0".repeat(43), email: "x@example.com", name: "x", password: "long enough password" }),
    );
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });
});
