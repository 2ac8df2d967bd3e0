import { expect, test } from "vitest";

import { streamProcess } from "./stream-process";

/** What a shell's script prints, and how it ended. */
async function runScript(script: string): Promise<{ exitCode: number | null; lines: string[] }> {
  const lines: string[] = [];
  const { signal } = new AbortController();
  const onLine = (stream: string, text: string) => lines.push(`${stream} ${text}`);
  return { exitCode: await streamProcess(["/bin/sh", "-c", script], { onLine, signal }), lines };
}

test("a daemon that a command left does not keep it, nor cut what the command printed", async () => {
  const { exitCode, lines } = await runScript("sleep 5 & echo told; printf 'no newline'; exit 3");
  expect([exitCode, lines]).toEqual([3, ["stdout told", "stdout no newline"]]);
}, 10_000);

test("all output is told, however late it is read", async () => {
  const { exitCode, lines } = await runScript("seq 1 100000; echo last >&2");
  expect(exitCode).toBe(0);
  expect(lines.filter((line) => line.startsWith("stdout"))).toHaveLength(100_000);
  expect(lines).toContain("stderr last");
});
