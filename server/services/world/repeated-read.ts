/** Reads, and again after each delay for as long as the reader asks for it. A new start or a stop makes what is under way count no more. */
export class RepeatedRead {
  readonly #delaysMs: readonly number[];
  readonly #read: (isCurrent: () => boolean) => Promise<boolean>;
  #round = 0;
  #timer: NodeJS.Timeout | undefined;
  #idle = true;

  /** `read` resolves with true where it should be asked again. */
  constructor(delaysMs: readonly number[], read: (isCurrent: () => boolean) => Promise<boolean>) {
    this.#delaysMs = delaysMs;
    this.#read = read;
  }

  /** True where nothing is read or planned. */
  get idle(): boolean {
    return this.#idle;
  }

  start(): void {
    this.stop();
    this.#plan(this.#round, 0);
  }

  /** Reads now, once. */
  once(): void {
    this.stop();
    this.#plan(this.#round, this.#delaysMs.length - 1, 0);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#round += 1;
    this.#idle = true;
  }

  #plan(round: number, attempt: number, delayMs = this.#delaysMs[attempt]): void {
    this.#idle = delayMs === undefined;
    if (delayMs === undefined) return;
    this.#timer = setTimeout(async () => {
      const isCurrent = () => round === this.#round;
      const again = await this.#read(isCurrent);
      if (!isCurrent()) return;
      if (again) this.#plan(round, attempt + 1);
      else this.#idle = true;
    }, delayMs).unref();
  }
}
