/** Reads, and again after each delay for as long as the reader asks for it. A new start or a stop makes what is under way count no more. */
export class RepeatedRead {
  readonly #delaysMs: readonly number[];
  readonly #read: (isCurrent: () => boolean) => Promise<boolean>;
  #round = 0;
  /** Of the delays, the one that has not been waited for yet. */
  #next: number;
  #timer: NodeJS.Timeout | undefined;
  /** A read is under way, or is next. */
  #reading = false;

  /** `read` resolves with true where it should be asked again. */
  constructor(delaysMs: readonly number[], read: (isCurrent: () => boolean) => Promise<boolean>) {
    this.#delaysMs = delaysMs;
    this.#read = read;
    this.#next = delaysMs.length;
  }

  start(): void {
    this.stop();
    this.#next = 0;
    this.#goOn();
  }

  /** Reads now, beside the plan: what is still to come of that comes afterwards. Does nothing while a read is under way. */
  now(): void {
    if (this.#reading) return;
    this.#cancel();
    this.#reading = true;
    this.#readIn(0, 0);
  }

  stop(): void {
    this.#cancel();
    this.#next = this.#delaysMs.length;
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#round += 1;
    this.#reading = false;
  }

  #goOn(): void {
    const delayMs = this.#delaysMs[this.#next];
    if (delayMs !== undefined) this.#readIn(delayMs, 1);
  }

  #readIn(delayMs: number, served: 0 | 1): void {
    const round = this.#round;
    this.#timer = setTimeout(async () => {
      const isCurrent = () => round === this.#round;
      this.#reading = true;
      const again = await this.#read(isCurrent);
      if (!isCurrent()) return;
      this.#reading = false;
      this.#next = again ? this.#next + served : this.#delaysMs.length;
      this.#goOn();
    }, delayMs).unref();
  }
}
