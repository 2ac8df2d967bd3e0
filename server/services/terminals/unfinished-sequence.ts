const ESC = 0x1b;
const BEL = 0x07;
/** A longer string (an image, say) is remembered by its beginning alone: that is enough for a parser to swallow the rest. */
const MAX_TAIL_BYTES = 4096;
const INTRODUCER_BYTES = 64;

type State = "ground" | "utf8" | "escape" | "csi" | "string" | "string-escape";

/**
 * Follows terminal output just enough to know whether it stands inside a character or an escape sequence (ECMA-48), and with
 * which bytes that began. A parser that starts with a restored screen and these bytes understands what comes next.
 */
export class UnfinishedSequence {
  #state: State = "ground";
  #missing = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  /** Where in the present chunk the unfinished sequence begins. */
  #start = 0;

  push(data: Buffer): void {
    this.#start = 0;
    let index = 0;
    while (index < data.length) {
      if (this.#state === "ground") index = this.#skipGround(data, index);
      else this.#step(data, index++);
    }
    if (this.#state !== "ground") this.#keep(data.subarray(this.#start));
  }

  /** The bytes since the last point at which nothing was open; empty there. */
  tail(): Buffer {
    return Buffer.concat(this.#tail);
  }

  /** Text is skipped as a whole: the next escape is found by memchr, and only the end can cut a character. */
  #skipGround(data: Buffer, from: number): number {
    const next = data.indexOf(ESC, from);
    if (next >= 0) {
      this.#begin("escape", next);
      return next + 1;
    }
    for (let back = 1; back <= 3 && data.length - back >= from; back += 1) {
      const byte = data[data.length - back] ?? 0;
      if (byte < 0x80) break;
      if (byte < 0xc0) continue;
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      if (length > back) {
        this.#begin("utf8", data.length - back);
        this.#missing = length - back;
      }
      break;
    }
    return data.length;
  }

  #step(data: Buffer, index: number): void {
    const byte = data[index] ?? 0;
    if (this.#state === "utf8") {
      this.#missing -= 1;
      // What is no continuation begins something else.
      if (byte < 0x80 || byte >= 0xc0) this.#restart(byte, index);
      else if (this.#missing === 0) this.#end();
    } else if (byte === 0x18 || byte === 0x1a) this.#end();
    else if (this.#state === "string") {
      if (byte === ESC) this.#state = "string-escape";
      else if (byte === BEL) this.#end();
    } else if (this.#state === "string-escape" && byte === 0x5c) this.#end();
    else if (byte === ESC) this.#begin("escape", index);
    else if (this.#state === "csi") {
      if (byte >= 0x40 && byte <= 0x7e) this.#end();
    } else this.#afterEscape(byte);
  }

  /** `[` opens a control sequence; P, X, ], ^ and _ open strings; 0x20-0x2f are intermediates; the rest ends it. */
  #afterEscape(byte: number): void {
    if (byte === 0x5b) this.#state = "csi";
    else if ([0x50, 0x58, 0x5d, 0x5e, 0x5f].includes(byte)) this.#state = "string";
    else if (byte >= 0x30 && byte <= 0x7e) this.#end();
    else this.#state = "escape";
  }

  #restart(byte: number, index: number): void {
    this.#end();
    if (byte === ESC) this.#begin("escape", index);
    else if (byte >= 0xc0) {
      this.#begin("utf8", index);
      this.#missing = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
    }
  }

  #begin(state: State, index: number): void {
    this.#end();
    this.#state = state;
    this.#start = index;
  }

  #end(): void {
    this.#state = "ground";
    if (this.#tailBytes === 0) return;
    this.#tail = [];
    this.#tailBytes = 0;
  }

  #keep(data: Buffer): void {
    if (this.#tailBytes >= MAX_TAIL_BYTES) return;
    this.#tail.push(Buffer.from(data.subarray(0, MAX_TAIL_BYTES)));
    this.#tailBytes += data.length;
    if (this.#tailBytes < MAX_TAIL_BYTES) return;
    this.#tail = [Buffer.concat(this.#tail).subarray(0, INTRODUCER_BYTES)];
    this.#tailBytes = MAX_TAIL_BYTES;
  }
}
