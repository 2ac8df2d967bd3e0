import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { readMeHeader } from "@/lib/me";
import { readConfig } from "@/server/config";
import { askWhoIsSignedIn } from "./ask-me";

const ME = { id: "1", email: "a@example.com", name: "Ada", role: "operator" };
const COOKIE = "machineroom.session_token=abc";
const ANSWER = JSON.stringify({ result: { data: ME } });

let directory: string;
let api: Server;
let answer: RequestListener;
let asked: IncomingMessage[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "machineroom-me-"));
  asked = [];
  api = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => api.listen(join(directory, "api.sock"), resolve));
});
afterEach(async () => {
  api.closeAllConnections();
  await new Promise((resolve) => api.close(resolve));
  rmSync(directory, { recursive: true });
});

function ask(headers: Record<string, string>, socket = "api.sock") {
  const page = { headers, socket: { remoteAddress: "192.0.2.7" } } as IncomingMessage;
  const { trustedProxies } = readConfig({ NODE_ENV: "test" });
  return askWhoIsSignedIn({ socketPath: join(directory, socket), publicOrigins: [], trustedProxies }, page);
}

test("the api is asked as the page would ask, and a session it prolongs goes on to the browser", async () => {
  answer = (_request, response) => response.setHeader("set-cookie", ["a=1; Path=/", "b=2"]).end(ANSWER);
  const signedIn = await ask({
    cookie: COOKIE,
    host: "box:8470",
    "content-length": "7",
    "x-forwarded-for": "10.0.0.1",
  });
  expect(readMeHeader(signedIn?.me ?? null)).toEqual(ME);
  expect(signedIn?.setCookies).toEqual(["a=1; Path=/", "b=2"]);
  expect(asked[0]).toMatchObject({ method: "GET", url: "/api/trpc/me" });
  expect(asked[0]?.headers).toMatchObject({ cookie: COOKIE, host: "box:8470", "x-forwarded-for": "192.0.2.7" });
  expect(asked[0]?.headers["content-length"]).toBeUndefined();
});

test("nobody is asked about a browser without cookies", async () => {
  expect(await ask({ host: "box" })).toBeNull();
  expect(asked).toHaveLength(0);
});

test.each<[string, RequestListener]>([
  ["nobody's session", (_request, response) => response.writeHead(401).end(ANSWER)],
  ["something else", (_request, response) => response.end("<html>")],
  ["more than it could be", (_request, response) => response.end(" ".repeat(40_000) + ANSWER)],
  [
    "half of it",
    (_request, response) => response.writeHead(200, { "content-length": 999 }).write("{", () => response.destroy()),
  ],
  ["nothing", (request) => request.socket.destroy()],
  ["nothing for too long", () => undefined],
])("where the api answers %s, the page asks by itself", async (_, listener) => {
  answer = listener;
  expect(await ask({ cookie: COOKIE, host: "box" })).toBeNull();
});

test("also where there is no api", async () => {
  expect(await ask({ cookie: COOKIE, host: "box" }, "none.sock")).toBeNull();
});
