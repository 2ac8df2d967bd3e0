import { readSync } from "node:fs";
import { ReadStream } from "node:tty";
import { type IPty, spawn } from "node-pty";

import { AppError } from "@/lib/errors";
import { PtyWriter } from "./pty-writer";

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
  /** Forgets them, and calls back for them. */
  dropUnwritten(): void;
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
  const reader = keepOutputUntilRead(child, stream);
  const writer = new PtyWriter(stream.descriptor, () => stream.isOpen());
  return {
    pid: child.pid,
    write: (data, taken) => writer.write(data, taken),
    get unwrittenBytes() {
      return writer.waitingBytes;
    },
    dropUnwritten: () => writer.drop(),
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
  /** Lets a process go with its unread output, now or when the news of its end comes. False where that has not come. */
  giveUp(): boolean;
}

/**
 * Nothing a program printed before its end is lost. libuv takes a short read and a hang-up together for the end, though a pty gives
 * 4 KiB a read at most and may hold 64; and whatever destroys the stream (node-pty does 200 ms after the end) drops what a paused
 * reader has not taken. So before the stream goes, and not while paused, the rest is read here.
 */
function keepOutputUntilRead(child: IPty, { stream, descriptor }: PtyStream): PausableReader {
  let paused = false;
  /** Killed while paused: nobody will read on, and the end must not wait for it. */
  let abandoned = false;
  let destroyNow: (() => void) | null = null;
  const destroy = stream.destroy.bind(stream);
  const finish = () => {
    if (!destroyNow || stream.destroyed) return;
    if (abandoned) return destroyNow();
    if (paused) return;
    // A stream that flows again gives out what it holds in the next tick.
    if (stream.readableLength > 0) setImmediate(finish);
    else {
      for (let data = readNow(descriptor); data; data = readNow(descriptor)) stream.emit("data", data);
      destroyNow();
    }
  };
  stream.destroy = (error?: Error) => {
    // The first one tells why (EIO: the other side is closed); node-pty's own has no reason.
    destroyNow ??= () => destroy(error);
    finish();
    return stream;
  };
  return {
    pause: () => {
      paused = true;
      child.pause();
    },
    resume: () => {
      paused = false;
      abandoned = false;
      child.resume();
      finish();
    },
    giveUp: () => {
      abandoned = paused;
      if (!destroyNow) return false;
      destroyNow();
      return true;
    },
  };
}

/** What the kernel holds, without waiting; null where there is nothing, or the other side is closed (EIO). */
function readNow(descriptor: number): Buffer | null {
  const data = Buffer.alloc(64 * 1024);
  try {
    const bytes = readSync(descriptor, data);
    return bytes === 0 ? null : data.subarray(0, bytes);
  } catch {
    return null;
  }
}
