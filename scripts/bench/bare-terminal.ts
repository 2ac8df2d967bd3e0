import { spawn } from "node-pty";

import type { Bench } from "./bench";
import { READY } from "./page-terminal";

/** node-pty alone: what the dashboard's terminal is made of, and what one on the host itself would have. */
export interface BareTerminal {
  /** Types, and tells the milliseconds until there is any output, or the text. */
  type(keys: string, text?: string): Promise<number>;
  /** Resolves when so many bytes more have come. */
  received(bytes: number): Promise<void>;
  close(): void;
}

export async function openBare({ onEnd }: Bench, machine: string, command: readonly string[]): Promise<BareTerminal> {
  const argv = ["--quiet", "shell", `root@${machine}`, ...command];
  const pty = spawn("/usr/bin/machinectl", argv, { cols: 80, rows: 24, encoding: null });
  let tail = "";
  let bytes = 0;
  let heard: () => void = () => undefined;
  pty.onData((data: string | Buffer) => {
    bytes += data.length;
    // Only the end is looked at: what is measured is draining.
    tail = (tail + Buffer.from(data).toString("latin1", Math.max(0, data.length - 128))).slice(-192);
    heard();
  });
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      heard = () => {
        if (holds()) resolve();
      };
      heard();
    });
  const close = () => pty.kill("SIGKILL");
  onEnd(close);
  await until(() => tail.includes(READY));
  return {
    async type(keys, text) {
      const before = bytes;
      tail = "";
      const answered = until(() => (text === undefined ? bytes > before : tail.includes(text)));
      const begin = performance.now();
      pty.write(keys);
      await answered;
      return performance.now() - begin;
    },
    received(more) {
      const enough = bytes + more;
      return until(() => bytes >= enough);
    },
    close,
  };
}
