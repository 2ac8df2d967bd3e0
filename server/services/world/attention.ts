/** Calls back at once and then again and again for as long as anybody looks; does nothing while nobody does. */
export class Attention {
  readonly #everyMs: number;
  readonly #onLook: () => void;
  #looking = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(everyMs: number, onLook: () => void) {
    this.#everyMs = everyMs;
    this.#onLook = onLook;
  }

  /** Somebody looks, until they call what is returned. */
  pay(): () => void {
    this.#looking += 1;
    if (this.#looking === 1) {
      this.#timer = setInterval(this.#onLook, this.#everyMs);
      this.#onLook();
    }
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#looking -= 1;
      if (this.#looking === 0) this.close();
    };
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
