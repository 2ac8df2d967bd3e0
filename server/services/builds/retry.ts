const BACKOFF_MS = [250, 1000, 5000, 15_000, 60_000];

/** Does work again after a while, later each time, until it is told that all went well. */
export class Retry {
  readonly #work: () => void;
  #attempt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(work: () => void) {
    this.#work = work;
  }

  /** Plans the next time; one that is planned stays as it is. */
  plan(): void {
    if (this.#timer !== undefined) return;
    const delay = BACKOFF_MS[Math.min(this.#attempt, BACKOFF_MS.length - 1)];
    this.#attempt += 1;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#work();
    }, delay);
  }

  /** All went well: nothing is planned, and the next failure is the first. */
  reset(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#attempt = 0;
  }
}
