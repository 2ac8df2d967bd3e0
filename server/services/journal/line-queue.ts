/** Lines that wait for one reader: bounded, the oldest give way, and each that did is counted once, before the line that follows it. */
export class LineQueue<Line> {
  readonly #max: number;
  #lines: Line[] = [];
  #gap = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  push(line: Line): void {
    this.#lines.push(line);
    // Not with every line: what is cut off an array's front moves all the rest.
    if (this.#lines.length >= 2 * this.#max) this.#cut();
  }

  /** The oldest lines, and how many were dropped before them. */
  take(most: number): { gap: number; lines: Line[] } {
    if (this.#lines.length > this.#max) this.#cut();
    const taken = { gap: this.#gap, lines: this.#lines.slice(0, most) };
    this.#lines = this.#lines.slice(most);
    if (taken.lines.length > 0) this.#gap = 0;
    return taken;
  }

  #cut(): void {
    const dropped = this.#lines.length - this.#max;
    this.#gap += dropped;
    this.#lines = this.#lines.slice(dropped);
  }
}
