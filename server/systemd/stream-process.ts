import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, constants, openSync, unlinkSync, writeSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

import { AppError } from "@/lib/errors";
import { endWhenSilent } from "./drain";

const KILL_AFTER_MS = 5000;
/** A longer line is told in pieces. */
const MAX_LINE = 4000;
const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LANG: "C.UTF-8",
  HOME: "/root",
  DEBIAN_FRONTEND: "noninteractive",
};

export type OutputStream = "stdout" | "stderr";

export interface StreamOptions {
  onLine(stream: OutputStream, text: string): void;
  /** Takes standard output as it comes, instead of line by line. */
  onOutput?(chunk: Buffer): void;
  /** Ends the whole process group: TERM, and KILL after 5 s. */
  signal: AbortSignal;
  /** Read from standard input; it is /dev/null without. */
  stdin?: { secret: string; directory: string };
  env?: Record<string, string>;
}

/**
 * Runs one command of its own process group and tells its output line by line as it comes. Resolves with the exit status,
 * null where a signal ended it. Errors: NOT_FOUND (no such binary).
 */
export function streamProcess(argv: readonly string[], options: StreamOptions): Promise<number | null> {
  const [file, ...args] = argv;
  if (!file?.startsWith("/")) throw new AppError("INTERNAL", `Not an absolute binary: ${file}`);
  options.signal.throwIfAborted();
  const stdin = options.stdin ? openSecret(options.stdin.directory, options.stdin.secret) : null;
  const child = spawn(file, args, {
    env: { NODE_ENV: "production", ...ENVIRONMENT, ...options.env },
    stdio: [stdin ?? "ignore", "pipe", "pipe"],
    detached: true,
  });
  if (stdin !== null) closeSync(stdin);
  if (options.onOutput) child.stdout?.on("data", options.onOutput);
  else splitLines(child.stdout, (text) => options.onLine("stdout", text));
  splitLines(child.stderr, (text) => options.onLine("stderr", text));
  return ended(child, file, options.signal);
}

function ended(child: ChildProcess, file: string, signal: AbortSignal): Promise<number | null> {
  return new Promise((resolve, reject) => {
    let killTimer: NodeJS.Timeout | undefined;
    let stopDraining: (() => void) | undefined;
    const onAbort = () => {
      killGroup(child.pid, "SIGTERM");
      killTimer = setTimeout(() => killGroup(child.pid, "SIGKILL"), KILL_AFTER_MS);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    const cleanUp = () => {
      clearTimeout(killTimer);
      stopDraining?.();
      signal.removeEventListener("abort", onAbort);
    };
    child.once("error", (error) => {
      cleanUp();
      reject(new AppError("NOT_FOUND", `${file} could not be run.`, { hint: "Is it installed?", cause: error }));
    });
    child.once("exit", () => {
      stopDraining = endWhenSilent([child.stdout, child.stderr].filter((output) => output !== null));
    });
    child.once("close", (exitCode) => {
      cleanUp();
      // What the command left running in the background goes with it.
      if (signal.aborted) killGroup(child.pid, "SIGKILL");
      resolve(exitCode);
    });
  });
}

/** A file that has no name any more when the command reads it: open(2) of /dev/stdin finds it again through the descriptor. */
function openSecret(directory: string, secret: string): number {
  const path = `${directory}/.secret-${process.pid}`;
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  unlinkSync(path);
  writeSync(descriptor, `${secret}\n`, 0);
  return descriptor;
}

/** Lines end with \n, or with the \r of a progress bar. */
function splitLines(stream: NodeJS.ReadableStream | null, onLine: (text: string) => void): void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const take = (text: string) => {
    const parts = (rest + text).split(/\r?\n|\r/);
    rest = parts.pop() ?? "";
    for (const part of parts) if (part !== "") onLine(part);
    while (rest.length > MAX_LINE) {
      onLine(rest.slice(0, MAX_LINE));
      rest = rest.slice(MAX_LINE);
    }
  };
  stream?.on("data", (chunk: Buffer) => take(decoder.write(chunk)));
  stream?.on("end", () => {
    take(decoder.end());
    if (rest !== "") onLine(rest);
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
