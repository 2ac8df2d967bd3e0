import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";

import { readCompressedFiles } from "./compressed-files";

const SCRIPT = "console.log('chunk')";
let directory: string;
let server: Server;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "machineroom-static-"));
  mkdirSync(join(directory, "chunks"));
  writeFileSync(join(directory, "chunks/a-1.js"), SCRIPT);
  writeFileSync(join(directory, "chunks/a-1.js.gz"), gzipSync(SCRIPT));
  writeFileSync(join(directory, "chunks/plain.js"), SCRIPT);
  writeFileSync(join(directory, "secret.gz"), gzipSync("secret"));
  const files = readCompressedFiles(directory, "/_next/static");
  server = createServer((asked, answer) => {
    if (!files.serve(asked, answer)) answer.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true });
});

interface Answer {
  status: number | undefined;
  headers: NodeJS.Dict<string | string[]>;
  body: Buffer;
}

function get(path: string, encoding: string | null = "gzip, deflate", method = "GET"): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  const headers = encoding === null ? {} : { "accept-encoding": encoding };
  return new Promise((resolve, reject) => {
    request({ port, path, method, headers, agent: false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () =>
        resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }),
      );
    })
      .on("error", reject)
      .end();
  });
}

test("a file that was compressed is given as it lies there, to be kept for ever", async () => {
  const { status, headers, body } = await get("/_next/static/chunks/a-1.js?x=1");
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    "content-type": "application/javascript; charset=utf-8",
    "content-encoding": "gzip",
    "cache-control": "public, max-age=31536000, immutable",
    vary: "accept-encoding",
  });
  expect(gunzipSync(body).toString()).toBe(SCRIPT);
});

test("who asks for the head alone gets no body", async () => {
  const { status, headers, body } = await get("/_next/static/chunks/a-1.js", "gzip", "HEAD");
  expect([status, body.length]).toEqual([200, 0]);
  expect(Number(headers["content-length"])).toBeGreaterThan(0);
});

test.each([["gzip"], ["br, gzip;q=0.5"], ["GZIP"], ["deflate,  gzip ; q=1"]])("%s takes gzip", async (encoding) =>
  expect((await get("/_next/static/chunks/a-1.js", encoding)).status).toBe(200),
);

test.each([[null], [""], ["br"], ["gzip;q=0"], ["gzip;q=0.00, br"], ["x-gzip"]])(
  "%j takes no gzip: that is left to Next.js",
  async (encoding) => expect((await get("/_next/static/chunks/a-1.js", encoding)).status).toBe(204),
);

test.each([
  "/_next/static/chunks/plain.js",
  "/_next/static/chunks/a-1.js.gz",
  "/_next/static/secret",
  "/_next/static/chunks/../chunks/a-1.js",
  "/chunks/a-1.js",
  "/",
])("%s is none of these files", async (path) => expect((await get(path)).status).toBe(204));

test("nothing is answered to who would write", async () => {
  expect((await get("/_next/static/chunks/a-1.js", "gzip", "POST")).status).toBe(204);
});
