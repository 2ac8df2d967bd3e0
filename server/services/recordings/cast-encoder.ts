import { type CastHeader, castEndLabel } from "@/lib/recording";
import type { RecordingEnd, TerminalSize } from "@/lib/terminal";

/** Of output in one line: JSON may make six times as much of it, and a reader finds the last whole line near the end of a file. */
export const MAX_EVENT_BYTES = 4096;
/** Of the line that tells the end. */
export const MAX_END_BYTES = 128;

/** Writes asciicast v2: turns what a terminal does into lines. A character cut in two between chunks is put together again. */
export class CastEncoder {
  // A byte order mark is output as any other.
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #now: () => number;
  readonly #begin: number;
  #last = 0;

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#begin = now();
  }

  static header(header: CastHeader): string {
    return `${JSON.stringify(header)}\n`;
  }

  /** No line, where the bytes end in the middle of a character and hold nothing else. */
  output(data: Buffer): string {
    const lines: string[] = [];
    for (let at = 0; at < data.length; at += MAX_EVENT_BYTES) {
      const text = this.#decoder.decode(data.subarray(at, at + MAX_EVENT_BYTES), { stream: true });
      if (text !== "") lines.push(this.#line("o", text));
    }
    return lines.join("");
  }

  resize({ cols, rows }: TerminalSize): string {
    return this.#line("r", `${cols}x${rows}`);
  }

  /** At the time of the last line: a recording lasts as long as something happens in it. */
  end(why: RecordingEnd["why"]): string {
    return `${JSON.stringify([this.#last, "m", castEndLabel(why)])}\n`;
  }

  #line(code: "o" | "r", data: string): string {
    // Whole microseconds: as many digits as a player can use.
    this.#last = Math.max(this.#last, Math.round((this.#now() - this.#begin) * 1000) / 1_000_000);
    return `${JSON.stringify([this.#last, code, data])}\n`;
  }
}
