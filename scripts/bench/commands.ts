import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execFileAsync = promisify(execFile);

/** What a command printed. Rejects on a non-zero exit. */
export async function output(file: string, ...args: string[]): Promise<string> {
  const { stdout } = await execFileAsync(file, args, { timeout: 60_000, maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

/** One property of a unit, as systemctl shows it. */
export async function unitProperty(unit: string, name: string): Promise<string> {
  return (await output("/usr/bin/systemctl", "show", "--value", "-p", name, unit)).trim();
}

/** Milliseconds since 1970, finer than Date.now(), and the same clock as a page's `performance.timeOrigin + performance.now()`. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Milliseconds of each of `count` rounds, one after the other. */
export async function timedRounds(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const rounds: number[] = [];
  for (let round = 0; round < count; round += 1) rounds.push(await timed(work));
  return rounds;
}
