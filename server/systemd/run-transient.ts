import { setTimeout as sleep } from "node:timers/promises";

import { AppError } from "@/lib/errors";
import { run } from "./process";

const STOP_AGAIN_MS = 250;
/** For the client itself to end after its unit has. */
const CLIENT_MS = 5000;

export interface TransientOptions {
  /** `/usr/bin/systemd-run --wait --pipe …`, without --quiet: how the unit ended is read from what it prints last. */
  argv: readonly string[];
  unit: string;
  /** The machine whose systemd runs the unit; null for the host's. */
  machine: string | null;
  timeoutMs: number;
  /** How long systemd may take to stop the unit. */
  stopMs: number;
  maxBytes: number;
  signal?: AbortSignal;
}

export interface TransientResult {
  /** False where systemd did not take the unit: `stderr` is then systemd-run's own. */
  started: boolean;
  /** Null where a signal ended it, or nobody can tell any more. */
  exitCode: number | null;
  /** "KILL", "TERM", …; null where it exited. */
  signal: string | null;
  stdout: string;
  stderr: string;
  truncated: boolean;
  /** Why it was stopped before its own end. */
  stopped: "deadline" | "aborted" | null;
}

/**
 * Runs a command as a transient unit, systemd-run(1). At the deadline, or when aborted, the unit itself is stopped: ending the
 * client would leave it running. Errors: TIMEOUT where not even that ended it.
 */
export async function runTransient(options: TransientOptions): Promise<TransientResult> {
  const { unit, timeoutMs, stopMs, maxBytes, signal } = options;
  if (signal?.aborted) throw new AppError("UNAVAILABLE", "It was stopped before it began.");
  const ended = new AbortController();
  let stopped: TransientResult["stopped"] = null;
  const stop = (why: "deadline" | "aborted") => {
    if (stopped) return;
    stopped = why;
    void stopUnit(options, ended.signal);
  };
  const onAbort = () => stop("aborted");
  const deadline = setTimeout(() => stop("deadline"), timeoutMs);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const result = await run(options.argv, { timeoutMs: timeoutMs + stopMs + CLIENT_MS, maxBytes });
    const stderr = result.stderr.toString("utf8");
    const end = readEnd(stderr, unit, result.truncated);
    return {
      ...end,
      exitCode: end.known ? end.exitCode : result.exitCode,
      stdout: result.stdout.toString("utf8"),
      truncated: result.truncated,
      stopped,
    };
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener("abort", onAbort);
    ended.abort();
  }
}

/** Until it has ended: asked a moment too early, systemd does not know the unit yet. */
async function stopUnit({ unit, machine, stopMs }: TransientOptions, ended: AbortSignal): Promise<void> {
  const where = machine === null ? [] : [`--machine=${machine}`];
  const until = Date.now() + stopMs;
  while (!ended.aborted && Date.now() < until) {
    const stopping = run(["/usr/bin/systemctl", ...where, "stop", unit], { timeoutMs: stopMs });
    await stopping.catch(() => undefined);
    await sleep(STOP_AGAIN_MS, undefined, { signal: ended }).catch(() => undefined);
  }
}

interface End {
  started: boolean;
  /** False where the summary is missing: cut off, or the manager went away. */
  known: boolean;
  exitCode: number | null;
  signal: string | null;
  stderr: string;
}

const SUMMARY = "Finished with result: ";
/** "code=exited/status=7" of systemd before 256, "code=exited, status=7/NOTRUNNING" since. */
const MAIN = /^Main processes terminated with: code=(\w+)(?:\/|, )status=(?:(\d+)\/)?(\w+)$/;
const OTHERS = /^(?:[A-Z][\w ]*: .*)?$/;

/**
 * Takes systemd-run's own lines out of what the command wrote to standard error, and reads them. Its exit status alone does not
 * tell a command that SIGTERM ended from one that succeeded, nor its own failures from the command's.
 */
export function readEnd(text: string, unit: string, truncated: boolean): End {
  const running = text.indexOf(`Running as unit: ${unit}`);
  const lineEnd = text.indexOf("\n", running);
  const own = running === -1 || lineEnd === -1 ? text : text.slice(0, running) + text.slice(lineEnd + 1);
  const unknown = { started: running !== -1 || truncated, known: false, exitCode: null, signal: null, stderr: own };
  const summaryAt = own.lastIndexOf(SUMMARY);
  if (summaryAt === -1) return unknown;
  const [, main = "", ...others] = own.slice(summaryAt).split("\n");
  const [, code, number, status = ""] = MAIN.exec(main) ?? [];
  if (code === undefined || !others.every((line) => OTHERS.test(line))) return unknown;
  return {
    started: true,
    known: true,
    exitCode: code === "exited" ? Number(number ?? status) : null,
    signal: code === "exited" ? null : status,
    stderr: own.slice(0, summaryAt),
  };
}
