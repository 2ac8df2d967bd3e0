import { spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { endWhenSilent } from "./drain";

const SILENT_MS = 2000;
const MOST_MS = 30_000;

let stdout: PassThrough;
let stderr: PassThrough;
let told: string;

/** Both streams have ended. */
const ended = () => stdout.readableEnded && stderr.readableEnded;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate"] });
  [stdout, stderr] = [new PassThrough(), new PassThrough()];
  told = "";
  for (const stream of [stdout, stderr]) stream.on("data", (chunk: Buffer) => (told += chunk.toString()));
});

afterEach(() => {
  vi.useRealTimers();
});

test("as long as output comes it is read on, and ends after a silence", async () => {
  endWhenSilent([stdout, stderr]);
  for (let second = 1; second <= 5; second += 1) {
    await vi.advanceTimersByTimeAsync(SILENT_MS - 500);
    (second % 2 === 0 ? stdout : stderr).write(`${second} `);
  }
  await vi.advanceTimersByTimeAsync(SILENT_MS - 1);
  expect(told).toBe("1 2 3 4 5 ");
  expect(ended()).toBe(false);
  await vi.advanceTimersByTimeAsync(2);
  expect(ended()).toBe(true);
});

test("what has waited while this thread was busy is no silence", async () => {
  endWhenSilent([stdout, stderr]);
  // Due at once, as after a long computation; the pipe is read between the timers and the immediates.
  setTimeout(() => stdout.write("waited"), SILENT_MS);
  await vi.advanceTimersByTimeAsync(SILENT_MS + 1);
  expect([told, ended()]).toEqual(["waited", false]);
  await vi.advanceTimersByTimeAsync(SILENT_MS + 1);
  expect(ended()).toBe(true);
});

test("who is never silent is not listened to for ever", async () => {
  endWhenSilent([stdout, stderr]);
  const chatter = setInterval(() => stdout.write("."), 100);
  stdout.once("end", () => clearInterval(chatter));
  await vi.advanceTimersByTimeAsync(MOST_MS - 1);
  expect(ended()).toBe(false);
  await vi.advanceTimersByTimeAsync(2);
  expect(ended()).toBe(true);
});

test("the pipe of a command is closed, whoever writes into it still", async () => {
  vi.useRealTimers();
  const child = spawn("/bin/sh", ["-c", "while echo more; do :; done & exit 0"], { stdio: ["ignore", "pipe", "pipe"] });
  let lines = 0;
  child.stdout.on("data", () => (lines += 1));
  child.stderr.resume();
  await Promise.all([once(child, "exit"), once(child.stdout, "data")]);
  endWhenSilent([child.stdout, child.stderr], { mostMs: 50 });
  await once(child, "close");
  expect(lines).toBeGreaterThan(0);
});

test("it can be called off", async () => {
  endWhenSilent([stdout, stderr])();
  await vi.advanceTimersByTimeAsync(2 * MOST_MS);
  expect(ended()).toBe(false);
});
