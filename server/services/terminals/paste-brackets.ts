const BRACKET_BYTES = 6;
/** Begins both brackets: ESC [ 2 0 0 ~ and ESC [ 2 0 1 ~. */
const BRACKET_START = "\x1b[20";
const ZERO = 0x30;
const ONE = 0x31;
const TILDE = 0x7e;
/** What ends a bracketed paste. */
export const PASTE_END = Buffer.from("\x1b[201~");

/** Follows all that is written to a program, to know whether what it has taken ends inside a bracketed paste. */
export class PasteBrackets {
  /** Bytes in all. */
  #written = 0;
  /** A bracket may be cut between two writes. */
  #tail: Buffer = Buffer.alloc(0);
  /** Where brackets end: the last one that was taken, and those after it. */
  #brackets: { end: number; opens: boolean }[] = [];

  /** `unwritten` of the bytes before this were not taken yet. */
  push(data: Buffer, unwritten: number): void {
    this.#forgetBefore(this.#written - unwritten);
    const bytes = Buffer.concat([this.#tail, data]);
    const start = this.#written - this.#tail.length;
    for (let at = bytes.indexOf(BRACKET_START); at >= 0; at = bytes.indexOf(BRACKET_START, at + 1)) {
      const which = bytes[at + 4];
      if ((which === ZERO || which === ONE) && bytes[at + 5] === TILDE)
        this.#brackets.push({ end: start + at + BRACKET_BYTES, opens: which === ZERO });
    }
    this.#written += data.length;
    this.#tail = Buffer.from(bytes.subarray(-(BRACKET_BYTES - 1)));
  }

  /** The last `unwritten` bytes will never be taken. True where what was taken ends inside a paste. */
  drop(unwritten: number): boolean {
    const taken = this.#written - unwritten;
    this.#forgetBefore(taken);
    this.#brackets = this.#brackets.filter(({ end }) => end <= taken);
    this.#written = taken;
    this.#tail = Buffer.alloc(0);
    return this.#brackets[0]?.opens ?? false;
  }

  #forgetBefore(taken: number): void {
    const last = this.#brackets.findLastIndex(({ end }) => end <= taken);
    if (last > 0) this.#brackets.splice(0, last);
  }
}
