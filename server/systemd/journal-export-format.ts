/** Bytes of one value that are kept: more than the longest message of a list (16 Ki characters, of 3 bytes at most in UTF-16). */
const KEPT_BYTES = 64 * 1024;
const LENGTH_BYTES = 8;
const NEWLINE = "\n";

/** One entry's fields as they were written, several of one name too; each value is a string of bytes (latin1). */
export type RawFields = (readonly [name: string, bytes: string])[];

/** A value that goes on with the next bytes: so many (its newline with them), or up to its newline. */
interface OpenValue {
  name: string;
  kept: string;
  left: number | "to-newline";
}

/**
 * Reads `journalctl -o export` (systemd.io/JOURNAL_EXPORT_FORMATS) as it comes: half the work for journalctl that JSON is. Bounded: of
 * one value at most `keptBytes` are held, whatever its length. An entry is told when its end has been read.
 */
export class ExportReader {
  readonly #onEntry: (fields: RawFields) => void;
  readonly #keptBytes: number;
  #fields: RawFields = [];
  #open: OpenValue | null = null;
  /** What is no whole line yet. Bytes as latin1: positions stay those of bytes, and slices cost nothing. */
  #rest = "";

  constructor(onEntry: (fields: RawFields) => void, { keptBytes = KEPT_BYTES } = {}) {
    this.#onEntry = onEntry;
    this.#keptBytes = keptBytes;
  }

  push(chunk: Buffer): void {
    const text = this.#rest + chunk.toString("latin1");
    let at = 0;
    while (at < text.length) {
      const next = this.#open ? this.#goOn(this.#open, text, at) : this.#readLine(text, at);
      if (next === null) break;
      at = next;
    }
    this.#rest = text.slice(at);
  }

  /** Where the next line, or the value, begins; null where that cannot be told yet. */
  #readLine(text: string, at: number): number | null {
    const end = text.indexOf(NEWLINE, at);
    if (end === -1) return this.#openLongLine(text, at);
    if (end === at) {
      this.#endEntry();
      return at + 1;
    }
    const equals = text.indexOf("=", at);
    if (equals !== -1 && equals < end) {
      this.#add(text.slice(at, equals), text.slice(equals + 1, end));
      return end + 1;
    }
    const begin = end + 1 + LENGTH_BYTES;
    if (text.length < begin) return null;
    const length = Buffer.from(text.slice(end + 1, begin), "latin1").readBigUInt64LE();
    this.#open = { name: text.slice(at, end), kept: "", left: Number(length) + NEWLINE.length };
    return begin;
  }

  /** A line without an end so far: what is longer than is kept is read on piece by piece. */
  #openLongLine(text: string, at: number): number | null {
    if (text.length - at <= this.#keptBytes) return null;
    const equals = text.indexOf("=", at);
    const begin = equals === -1 ? text.length : equals + 1;
    this.#open = { name: text.slice(at, begin - 1), kept: "", left: "to-newline" };
    return begin;
  }

  /** Where what follows the open value, or the part of it that is there, begins. */
  #goOn(open: OpenValue, text: string, at: number): number {
    const valueEnd = open.left === "to-newline" ? endOfLine(text, at) : at + open.left;
    const end = Math.min(valueEnd, text.length);
    const room = this.#keptBytes + NEWLINE.length - open.kept.length;
    open.kept += text.slice(at, Math.min(end, at + room));
    if (open.left !== "to-newline") open.left -= end - at;
    if (end === valueEnd) {
      this.#open = null;
      this.#add(open.name, open.kept.endsWith(NEWLINE) ? open.kept.slice(0, -1) : open.kept);
    }
    return end;
  }

  #add(name: string, bytes: string): void {
    this.#fields.push([name, bytes.length > this.#keptBytes ? bytes.slice(0, this.#keptBytes) : bytes]);
  }

  #endEntry(): void {
    const fields = this.#fields;
    this.#fields = [];
    if (fields.length > 0) this.#onEntry(fields);
  }
}

function endOfLine(text: string, at: number): number {
  const newline = text.indexOf(NEWLINE, at);
  return newline === -1 ? Number.POSITIVE_INFINITY : newline + 1;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: everything that is no ASCII.
const NOT_ASCII = /[^\u0000-\u007f]/;

/** A value as text; what is no UTF-8 is replaced. */
export function textOf(bytes: string): string {
  return NOT_ASCII.test(bytes) ? Buffer.from(bytes, "latin1").toString("utf8") : bytes;
}

/** Whether nothing was left out of a value, as far as that can be told of what was kept. */
export function isWhole(bytes: string): boolean {
  return bytes.length < KEPT_BYTES;
}

/** Shorter ones V8 copies itself. */
const SLICED_FROM = 13;

/** The same text for itself: a slice keeps all it was cut from in memory, for as long as it is there. */
export function ownText(text: string): string {
  return text.length < SLICED_FROM ? text : Buffer.from(text).toString();
}
