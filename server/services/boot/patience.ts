/** A boot that is not over by then is not waited for any longer. */
const GIVE_UP_MS = 15 * 60_000;

/** Runs out while a boot is waited for, but not while no connection into the machine is free. */
export class Patience {
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  count(on: boolean): void {
    if (!on) clearTimeout(this.#timer);
    if (on === (this.#timer !== undefined)) return;
    this.#timer = on ? setTimeout(() => this.#abort.abort(), GIVE_UP_MS).unref() : undefined;
  }
}
