import { AppError } from "@/lib/errors";

/** Lets at most `limit` tasks run at once; up to `maxWaiting` others wait in order, and leave the queue when their signal aborts. */
export class Semaphore {
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(limit: number, maxWaiting = Number.POSITIVE_INFINITY) {
    this.#free = limit;
    this.#maxWaiting = maxWaiting;
  }

  /** Errors: UNAVAILABLE where the queue is full; the signal's reason where it aborts while waiting. */
  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait(signal);
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }

  async #wait(signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.length >= this.#maxWaiting) {
      throw new AppError("UNAVAILABLE", "Too many questions wait for the host already.", {
        hint: "Try again in a moment.",
      });
    }
    await new Promise<void>((resolve, reject) => {
      const settle = () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(settle), 1);
        reject(signal?.reason);
      };
      this.#waiting.push(settle);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }
}
