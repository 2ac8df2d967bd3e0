import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
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

/** Milliseconds since 1970, finer than Date.now(). */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks until it is so, for half a minute. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${what}: not within 30 s`);
    await delay(50);
  }
}

/** One run of a command in a shell; milliseconds since 1970. */
export interface Run {
  beginMs: number;
  endMs: number;
}

const TIMING_LOOP = `while read -r -a arguments; do
  begin=$EPOCHREALTIME; "$@" "\${arguments[@]}" >/dev/null; status=$?; end=$EPOCHREALTIME
  echo "$begin $end $status"
done`;

/** A shell that runs a command when told, and how long it waited: what a person waits for, without the start of a child by Node. */
export class TimingShell {
  readonly #shell;
  readonly #lines;

  constructor(...command: string[]) {
    this.#shell = spawn("/usr/bin/bash", ["-c", TIMING_LOOP, "bash", ...command], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, LC_ALL: "C.UTF-8" },
    });
    this.#lines = createInterface({ input: this.#shell.stdout })[Symbol.asyncIterator]();
  }

  /** Runs the command once more, with these plain words at its end. Rejects where it fails. */
  async run(...words: string[]): Promise<Run> {
    this.#shell.stdin.write(`${words.join(" ")}\n`);
    const line: unknown = (await this.#lines.next()).value;
    const [begin, end, status] = String(line).split(" ").map(Number);
    if (begin === undefined || end === undefined || status !== 0) throw new Error(`the command failed: ${line}`);
    return { beginMs: begin * 1000, endMs: end * 1000 };
  }

  close(): void {
    this.#shell.stdin.end();
  }
}
