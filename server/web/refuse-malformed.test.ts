import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";

import { refuseMalformed } from "./refuse-malformed";

let web: Server;

beforeEach(async () => {
  web = createServer((_, response) => response.end("told"));
  web.on("clientError", refuseMalformed);
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  web.closeAllConnections();
  await new Promise((resolve) => web.close(resolve));
});

/** Sends it all before it reads anything; what was read until the other side closed. */
async function answerTo(text: string): Promise<string> {
  const { port } = web.address() as AddressInfo;
  const socket = connect({ port, host: "127.0.0.1" });
  const told: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.end(text, () => {
      socket.on("data", (chunk) => void told.push(chunk));
      socket.on("end", resolve);
    });
  });
  return Buffer.concat(told).toString();
}

test("a header far beyond the limit is answered, whatever still comes of it", async () => {
  const answer = await answerTo(`GET / HTTP/1.1\r\nhost: x\r\nx-large: ${"x".repeat(20_000_000)}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
  expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toMatchObject({
    message: expect.stringMatching(/at most 16 KiB/),
  });
});

test("what is no HTTP is told so", async () => {
  expect(await answerTo("hello\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
});

test("what comes while another request is answered is not told into that answer", async () => {
  web.removeAllListeners("request");
  web.on("request", (_, response) => void response.write("begun"));
  const { port } = web.address() as AddressInfo;
  const socket = connect({ port, host: "127.0.0.1" });
  const told: string[] = [];
  const closed = new Promise((resolve) => socket.on("error", resolve).on("close", resolve));
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    if (told.length === 0) socket.write("hello\r\n\r\n");
    told.push(chunk);
  });
  socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  await closed;
  expect(told.join("")).toMatch(/^HTTP\/1\.1 200 OK.*begun\s*$/s);
});

test("it closes who goes on sending for ever", async () => {
  const { port } = web.address() as AddressInfo;
  const socket = connect({ port, host: "127.0.0.1" });
  const closed = new Promise((resolve) => socket.on("error", resolve).on("close", resolve));
  const send = () => {
    while (socket.writable && socket.write(`x-${"x".repeat(100_000)}`));
  };
  socket.on("drain", send).resume();
  socket.write("GET / HTTP/1.1\r\nhost: x\r\n");
  send();
  await closed;
});
