export interface LineBounds {
  lines: number;
  bytes: number;
}

interface Item<Line> {
  line: Line;
  bytes: number;
}

/**
 * Lines that wait for one reader: bounded in number and in bytes, the oldest give way, and each that did is counted once, before the
 * line that follows it. The newest stays, whatever its size.
 */
export class LineQueue<Line> {
  readonly #most: LineBounds;
  readonly #bytesOf: (line: Line) => number;
  /** Null where it was taken, or gave way: before #first. */
  #items: (Item<Line> | null)[] = [];
  #first = 0;
  #bytes = 0;
  #gap = 0;

  constructor(most: LineBounds, bytesOf: (line: Line) => number) {
    this.#most = most;
    this.#bytesOf = bytesOf;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Lines give way soon, if so many come again. */
  get isHalfFull(): boolean {
    return 2 * this.#length >= this.#most.lines || 2 * this.#bytes >= this.#most.bytes;
  }

  /** How many gave way since the last were taken. */
  get gap(): number {
    return this.#gap;
  }

  get newest(): Line | undefined {
    return this.#items.at(-1)?.line;
  }

  /** All that are there, the oldest first. */
  toArray(): Line[] {
    return this.#items.flatMap((item) => (item ? [item.line] : []));
  }

  push(line: Line): void {
    const bytes = this.#bytesOf(line);
    this.#items.push({ line, bytes });
    this.#bytes += bytes;
    while (this.#length > 1 && (this.#length > this.#most.lines || this.#bytes > this.#most.bytes)) {
      this.#shift();
      this.#gap += 1;
    }
  }

  /** The oldest lines, one at least where there is any, and how many gave way before them. */
  take(most: LineBounds): { gap: number; lines: Line[] } {
    const lines: Line[] = [];
    let bytes = 0;
    for (let next = this.#oldest; next && lines.length < most.lines; next = this.#oldest) {
      bytes += next.bytes;
      if (lines.length > 0 && bytes > most.bytes) break;
      lines.push(next.line);
      this.#shift();
    }
    const gap = lines.length > 0 ? this.#gap : 0;
    this.#gap -= gap;
    return { gap, lines };
  }

  get #length(): number {
    return this.#items.length - this.#first;
  }

  get #oldest(): Item<Line> | null | undefined {
    return this.#items[this.#first];
  }

  #shift(): void {
    this.#bytes -= this.#oldest?.bytes ?? 0;
    this.#items[this.#first] = null;
    this.#first += 1;
    // Not with every line: what is cut off an array's front moves all the rest.
    if (2 * this.#first < this.#items.length) return;
    this.#items = this.#items.slice(this.#first);
    this.#first = 0;
  }
}
