import { writeSync } from "node:fs";

const FIRST_RETRY_MS = 1;
const MAX_RETRY_MS = 50;

interface Waiting {
  data: Buffer;
  taken: (() => void) | undefined;
}

/**
 * Writes to the master side of a pty. The descriptor does not block, so a key goes in at once and synchronously. When the program
 * reads nothing and the kernel's 4 KiB are full, the rest waits here: libuv would block the process on it, and node-pty's own
 * writer spins.
 */
export class PtyWriter {
  readonly #descriptor: number;
  readonly #isOpen: () => boolean;
  readonly #queue: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #retryMs = FIRST_RETRY_MS;
  waitingBytes = 0;

  /** `isOpen` is asked before every write: a closed descriptor's number may belong to another file. */
  constructor(descriptor: number, isOpen: () => boolean) {
    this.#descriptor = descriptor;
    this.#isOpen = isOpen;
  }

  write(data: Buffer, taken?: () => void): void {
    this.#queue.push({ data, taken });
    this.waitingBytes += data.length;
    if (!this.#timer) this.#drain();
  }

  /** Forgets what was not taken. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#retryMs = FIRST_RETRY_MS;
    const waiting = this.#queue.splice(0);
    this.waitingBytes = 0;
    for (const { taken } of waiting) taken?.();
  }

  #drain(): void {
    this.#timer = undefined;
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      const written = this.#isOpen() ? this.#writeSome(next.data) : null;
      if (written === null) {
        this.drop();
        return;
      }
      this.waitingBytes -= written;
      next.data = next.data.subarray(written);
      if (next.data.length > 0) {
        this.#retryMs = written > 0 ? FIRST_RETRY_MS : Math.min(this.#retryMs * 2, MAX_RETRY_MS);
        this.#timer = setTimeout(() => this.#drain(), this.#retryMs);
        return;
      }
      this.#queue.shift();
      next.taken?.();
    }
  }

  /** Bytes taken, 0 where there is no room now, null where the other side is gone. */
  #writeSome(data: Buffer): number | null {
    try {
      return data.length === 0 ? 0 : writeSync(this.#descriptor, data);
    } catch (error) {
      return error instanceof Error && "code" in error && error.code === "EAGAIN" ? 0 : null;
    }
  }
}
