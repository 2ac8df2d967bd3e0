import { spawn } from "node-pty";

import { AppError } from "@/lib/errors";

export interface PtyOptions {
  cols: number;
  rows: number;
  env?: Record<string, string>;
}

/** A process on a pseudo-terminal. Bytes stay bytes: a character cut in two between reads is nobody's to repair here. */
export interface Pty {
  readonly pid: number;
  write(data: Buffer): void;
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
  return {
    pid: child.pid,
    write: (data) => child.write(data),
    resize: (cols, rows) => child.resize(cols, rows),
    pause: () => child.pause(),
    resume: () => child.resume(),
    kill: (signal) => child.kill(signal),
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
