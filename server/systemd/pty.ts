import { ReadStream } from "node:tty";
import { type IPty, spawn } from "node-pty";

import { AppError } from "@/lib/errors";
import { PtyWriter } from "./pty-writer";

/** The kernel holds 64 KiB at most of an ended process; reading that takes a few milliseconds. */
const DRAIN_MS = 100;

export interface PtyOptions {
  cols: number;
  rows: number;
  env?: Record<string, string>;
}

/** A process on a pseudo-terminal. Bytes stay bytes: a character cut in two between reads is nobody's to repair here. */
export interface Pty {
  readonly pid: number;
  /** Calls back when the program's side has taken it all, or never will. */
  write(data: Buffer, taken?: () => void): void;
  /** Bytes that were not taken yet. */
  readonly unwrittenBytes: number;
  resize(cols: number, rows: number): void;
  pause(): void;
  resume(): void;
  kill(signal?: string): void;
  onData(listener: (data: Buffer) => void): () => void;
  onExit(listener: (exit: { exitCode: number | null; signal: number | null }) => void): () => void;
}

/** Starts an absolute binary on a new pseudo-terminal (pty(7)) through node-pty. */
export function spawnPty(argv: readonly string[], options: PtyOptions): Pty {
  const [file, ...args] = argv;
  if (!file?.startsWith("/")) throw new AppError("INTERNAL", `Not an absolute binary: ${file}`);
  const child = spawn(file, args, {
    cols: options.cols,
    rows: options.rows,
    cwd: "/",
    encoding: null,
    name: "xterm-256color",
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8", ...options.env },
  });
  const stream = streamOf(child);
  const reader = keepOutputWhilePaused(child, stream);
  const writer = new PtyWriter(stream.descriptor, () => stream.isOpen());
  return {
    pid: child.pid,
    write: (data, taken) => writer.write(data, taken),
    get unwrittenBytes() {
      return writer.waitingBytes;
    },
    resize: (cols, rows) => {
      // Once the process has ended there is nothing to resize, and the descriptor may be another file's already.
      if (stream.isOpen()) resize(child, cols, rows);
    },
    pause: reader.pause,
    resume: reader.resume,
    kill: (signal) => {
      if (!reader.giveUp()) child.kill(signal);
    },
    onData: (listener) => {
      const subscription = child.onData((data: string | Buffer) => listener(Buffer.from(data)));
      return () => subscription.dispose();
    },
    onExit: (listener) => {
      const subscription = child.onExit(({ exitCode, signal }) =>
        listener({ exitCode: signal ? null : exitCode, signal: signal || null }),
      );
      return () => subscription.dispose();
    },
  };
}

interface PtyStream {
  readonly stream: ReadStream;
  readonly descriptor: number;
  isOpen(): boolean;
}

/** node-pty's own reader of the master side; it alone knows when the descriptor is closed. */
function streamOf(child: IPty): PtyStream {
  const stream: unknown = Reflect.get(child, "_socket");
  const descriptor: unknown = Reflect.get(child, "fd");
  if (!(stream instanceof ReadStream) || typeof descriptor !== "number") {
    child.kill("SIGKILL");
    throw new AppError("INTERNAL", "This version of node-pty keeps its descriptor where it is not looked for.");
  }
  return { stream, descriptor, isOpen: () => !stream.destroyed };
}

/** Between the end of a process and the news of it the other side is gone. */
function resize(child: IPty, cols: number, rows: number): void {
  try {
    child.resize(cols, rows);
  } catch (error) {
    if (!(error instanceof Error && error.message.includes("EBADF"))) throw error;
  }
}

interface PausableReader {
  pause(): void;
  resume(): void;
  /** Lets a process that has ended go with its unread output. False where it has not ended. */
  giveUp(): boolean;
}

/**
 * node-pty 1.1 destroys its stream 200 ms after the process has ended, and with it what a paused reader has not taken yet. So
 * the destruction waits until the reader goes on.
 */
function keepOutputWhilePaused(child: IPty, { stream }: PtyStream): PausableReader {
  let paused = false;
  let destroyNow: (() => void) | null = null;
  const destroy = stream.destroy.bind(stream);
  stream.destroy = (error?: Error) => {
    if (!paused) return destroy(error);
    // The first one tells why (EIO: the other side is closed); node-pty's own has no reason.
    destroyNow ??= () => destroy(error);
    return stream;
  };
  return {
    pause: () => {
      paused = true;
      child.pause();
    },
    resume: () => {
      paused = false;
      child.resume();
      if (!destroyNow) return;
      // A stream gives out what it holds in the next tick, and reads on what the kernel holds in the turns after it.
      setTimeout(() => {
        if (!paused) destroyNow?.();
      }, DRAIN_MS);
    },
    giveUp: () => {
      if (!destroyNow) return false;
      paused = false;
      destroyNow();
      return true;
    },
  };
}
