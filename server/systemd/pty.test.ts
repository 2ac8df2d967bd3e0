import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";

import { type Pty, spawnPty } from "./pty";

function collect(pty: Pty): { text: () => string; exit: Promise<{ exitCode: number | null; signal: number | null }> } {
  const chunks: Buffer[] = [];
  pty.onData((data) => chunks.push(data));
  return { text: () => Buffer.concat(chunks).toString("utf8"), exit: new Promise((resolve) => pty.onExit(resolve)) };
}

/** Waits until the process has exited, whether or not anybody was told. */
async function exited({ pid }: Pty): Promise<void> {
  await vi.waitFor(() => expect(stateOf(pid)).toMatch(/^[ZX]?$/), { timeout: 10_000 });
}

/** Its letter in proc_pid_stat(5), "" where it is gone. */
function stateOf(pid: number): string {
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1] ?? "";
  } catch {
    return "";
  }
}

test("the last output of a process that ended while its reader was paused is not lost", async () => {
  const pty = spawnPty(["/usr/bin/seq", "1", "400"], { cols: 80, rows: 24 });
  const seen = collect(pty);
  let ended = false;
  void seen.exit.then(() => {
    ended = true;
  });
  pty.pause();
  await exited(pty);
  expect(ended).toBe(false);
  pty.resume();
  await expect(seen.exit).resolves.toEqual({ exitCode: 0, signal: null });
  expect(seen.text().trim().split("\r\n")).toEqual(Array.from({ length: 400 }, (_, index) => String(index + 1)));
});

test("a process that ends while paused still ends when it is never resumed but killed", async () => {
  const pty = spawnPty(["/usr/bin/seq", "1", "400"], { cols: 80, rows: 24 });
  const seen = collect(pty);
  pty.pause();
  await exited(pty);
  pty.kill("SIGHUP");
  await seen.exit;
});

test("exit codes and signals are told apart", async () => {
  const failed = spawnPty(["/bin/sh", "-c", "exit 7"], { cols: 80, rows: 24 });
  await expect(collect(failed).exit).resolves.toEqual({ exitCode: 7, signal: null });
  const killed = spawnPty(["/bin/sleep", "60"], { cols: 80, rows: 24 });
  const { exit } = collect(killed);
  killed.kill("SIGKILL");
  await expect(exit).resolves.toEqual({ exitCode: null, signal: 9 });
});

test("a resize after the end does nothing", async () => {
  const pty = spawnPty(["/bin/true"], { cols: 80, rows: 24 });
  await collect(pty).exit;
  expect(() => pty.resize(100, 30)).not.toThrow();
});

test("nothing is lost of what a program printed before its end, also where its reader is slow", async () => {
  const wanted = 1024 * 1024;
  const pty = spawnPty(["/bin/sh", "-c", `head -c ${wanted} /dev/zero | tr '\\0' x; echo end`], { cols: 80, rows: 24 });
  let bytes = 0;
  let reads = 0;
  pty.onData((data) => {
    bytes += data.length;
    reads += 1;
    if (reads % 50 !== 0) return;
    pty.pause();
    setTimeout(() => pty.resume(), 5);
  });
  await new Promise<void>((resolve) => pty.onExit(() => resolve()));
  expect(bytes).toBe(wanted + "end\r\n".length);
});
