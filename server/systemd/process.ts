import { spawn } from "node:child_process";

import { AppError } from "@/lib/errors";

const KILL_AFTER_MS = 2000;
const DEFAULT_MAX_BYTES = 4 * 1024 * 1024;

export interface RunOptions {
  timeoutMs: number;
  signal?: AbortSignal;
  stdin?: string | Buffer;
  env?: Record<string, string>;
  /** Of stdout and stderr each; what comes after is dropped and `truncated` set. */
  maxBytes?: number;
}

export interface RunResult {
  /** Null where a signal ended it. */
  exitCode: number | null;
  stdout: Buffer;
  stderr: Buffer;
  truncated: boolean;
}

const BASE_ENV = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" };

/** Collects a stream up to a bound. */
class BoundedOutput {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  truncated = false;

  constructor(readonly maxBytes: number) {}

  push(chunk: Buffer): void {
    const room = this.maxBytes - this.#bytes;
    if (chunk.length > room) this.truncated = true;
    if (room <= 0) return;
    const kept = chunk.subarray(0, room);
    this.#chunks.push(kept);
    this.#bytes += kept.length;
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

/**
 * Runs one command: an absolute binary, an explicit environment, a deadline. A non-zero exit is a result, not an error.
 * Errors: NOT_FOUND (no such binary), TIMEOUT, UNAVAILABLE (aborted); the whole process group is ended first (TERM, then KILL).
 */
export function run(argv: readonly string[], options: RunOptions): Promise<RunResult> {
  const [file, ...args] = argv;
  if (!file?.startsWith("/")) throw new AppError("INTERNAL", `Not an absolute binary: ${file}`);
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: { NODE_ENV: "production", ...BASE_ENV, ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
    const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
    const stdout = new BoundedOutput(maxBytes);
    const stderr = new BoundedOutput(maxBytes);
    let failure: AppError | null = null;
    const stop = (why: AppError) => {
      failure ??= why;
      killGroup(child.pid, "SIGTERM");
      setTimeout(() => {
        killGroup(child.exitCode === null ? child.pid : undefined, "SIGKILL");
        // Somebody outside the group may hold the pipes open still; nobody waits for what they write.
        child.stdout.destroy();
        child.stderr.destroy();
      }, KILL_AFTER_MS).unref();
    };
    const deadline = setTimeout(
      () => stop(new AppError("TIMEOUT", `${file} did not end within ${options.timeoutMs} ms.`)),
      options.timeoutMs,
    );
    const onAbort = () => stop(new AppError("UNAVAILABLE", `${file} was stopped.`));
    options.signal?.addEventListener("abort", onAbort, { once: true });
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on("error", () => {}); // a child may end without reading its input
    child.stdin.end(options.stdin ?? "");
    const cleanUp = () => {
      clearTimeout(deadline);
      options.signal?.removeEventListener("abort", onAbort);
    };
    child.once("error", (error) => {
      cleanUp();
      reject(new AppError("NOT_FOUND", `${file} could not be run.`, { hint: "Is it installed?", cause: error }));
    });
    child.once("close", (exitCode) => {
      cleanUp();
      if (failure) reject(failure);
      else
        resolve({
          exitCode,
          stdout: stdout.toBuffer(),
          stderr: stderr.toBuffer(),
          truncated: stdout.truncated || stderr.truncated,
        });
    });
    if (options.signal?.aborted) onAbort();
  });
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}
