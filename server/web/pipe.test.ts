import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, BlockList, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { pipeRequest } from "./pipe";

let directory: string;
let web: Server;
let api: Server;
let answer: (request: IncomingMessage, response: ServerResponse, connection: number) => void;
/** Which connection of the api each request came over. */
let asked: number[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "machineroom-pipe-"));
  const socketPath = join(directory, "api.sock");
  const connections: Socket[] = [];
  asked = [];
  api = createServer((request, response) => {
    if (!connections.includes(request.socket)) connections.push(request.socket);
    const connection = connections.indexOf(request.socket);
    asked.push(connection);
    answer(request, response, connection);
  });
  await new Promise<void>((resolve) => api.listen(socketPath, resolve));
  web = createServer((request, response) =>
    pipeRequest({ socketPath, publicOrigins: [], trustedProxies: new BlockList() }, request, response),
  );
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  for (const server of [web, api]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  rmSync(directory, { recursive: true });
});

async function ask(init: RequestInit = {}): Promise<{ status: number; text: string }> {
  const { port } = web.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/api/x`, init);
  return { status: response.status, text: await response.text() };
}

test("questions share a connection to the api, and what has a body gets one of its own", async () => {
  answer = (request, response) => request.resume().on("end", () => response.end("told"));
  expect(await ask()).toEqual({ status: 200, text: "told" });
  expect(await ask()).toEqual({ status: 200, text: "told" });
  expect(await ask({ method: "POST", body: "{}" })).toEqual({ status: 200, text: "told" });
  expect(asked).toEqual([0, 0, 1]);
});

test("a question is asked again where the api closed the kept connection meanwhile", async () => {
  answer = (request, response) => {
    if (asked.length === 2) request.socket.destroy();
    else response.end("told");
  };
  await ask();
  expect(await ask()).toEqual({ status: 200, text: "told" });
  expect(asked).toEqual([0, 0, 1]);
});

test("it is asked once more only, and not where it never was answered on that connection", async () => {
  answer = (request) => request.socket.destroy();
  expect((await ask()).status).toBe(502);
  expect(asked).toEqual([0]);
});

test("what changes something is never asked twice", async () => {
  answer = (request, response) => {
    if (request.method === "POST") request.socket.destroy();
    else response.end("told");
  };
  await ask();
  expect((await ask({ method: "POST", body: "{}" })).status).toBe(502);
  expect(asked).toEqual([0, 1]);
});

test("an answer that breaks off breaks off in the browser, too", async () => {
  answer = (request, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("half", () => request.socket.destroy());
  };
  await expect(ask()).rejects.toThrow();
  expect(asked).toEqual([0]);
});

test("nobody's question is answered with what another one left", async () => {
  answer = (request, response) => {
    const text = `for ${request.headers["x-who"]}`;
    response.end(text.repeat(20_000));
  };
  const names = Array.from({ length: 30 }, (_, index) => `who-${index}`);
  const texts = await Promise.all(names.map((name) => ask({ headers: { "x-who": name } })));
  expect(texts.map(({ text }) => text)).toEqual(names.map((name) => `for ${name}`.repeat(20_000)));
});

test("a question that the browser gives up ends at the api, too, kept connection or not", async () => {
  answer = (request, response) => request.resume().on("end", () => response.end("told"));
  await ask();
  for (const init of [{}, { method: "POST", body: "{}" }]) {
    const seen: string[] = [];
    answer = (request, response) => {
      request.resume();
      seen.push("asked");
      response.once("close", () => seen.push("ended"));
    };
    const abort = new AbortController();
    const given = ask({ ...init, signal: abort.signal }).catch((error: unknown) => error);
    await vi.waitFor(() => expect(seen).toEqual(["asked"]), 10_000);
    abort.abort();
    await vi.waitFor(() => expect(seen).toEqual(["asked", "ended"]), 10_000);
    expect(await given).toBeInstanceOf(Error);
  }
});
