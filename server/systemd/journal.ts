import type { JournalEntry } from "@/lib/journal";
import { run } from "./process";

/** The fields an entry is made of, for --output-fields: journalctl takes its time for each. */
export const ENTRY_FIELDS = [
  "PRIORITY",
  "UNIT",
  "_SYSTEMD_UNIT",
  "SYSLOG_IDENTIFIER",
  "_COMM",
  "_PID",
  "MESSAGE",
] as const;
const INVOCATION_FIELDS = ["INVOCATION_ID", "_SYSTEMD_INVOCATION_ID"] as const;
type EntryField = (typeof ENTRY_FIELDS | typeof INVOCATION_FIELDS)[number] | "__CURSOR" | "__REALTIME_TIMESTAMP";
const MAX_BYTES = 2 * 1024 * 1024;
const INFO = 6;
/** The latest moment a Date can have. */
const MAX_MICROS = 8.64e18;
/** Characters of a message in a list of lines; its details tell all of it. */
const MAX_MESSAGE = 16 * 1024;

export interface JournalLine {
  entry: JournalEntry;
  /** The run of the unit it belongs to; null where PID 1 refused to run it at all, or its fields were not asked for. */
  invocation: string | null;
}

export interface JournalQuery {
  /** Matches of journalctl(1), such as `_SYSTEMD_INVOCATION_ID=…`, `+` and options such as `--unit=…`. */
  matches: readonly string[];
  /** The newest so many lines. */
  limit: number;
  signal?: AbortSignal;
}

/** The newest lines of the host's journal that fit, oldest first: `journalctl -o json`. */
export async function readJournal({ matches, limit, signal }: JournalQuery): Promise<JournalLine[]> {
  const argv = ["/usr/bin/journalctl", "--quiet", "--no-pager", "--output=json", `--lines=${limit}`];
  const fields = [...ENTRY_FIELDS, ...INVOCATION_FIELDS].join(",");
  const result = await run([...argv, `--output-fields=${fields}`, ...matches], {
    timeoutMs: 10_000,
    maxBytes: MAX_BYTES,
    ...(signal && { signal }),
  });
  return result.stdout
    .toString("utf8")
    .split("\n")
    .flatMap((line) => parseJournalLine(line) ?? []);
}

/** One line of `journalctl -o json`; null for one that is cut off, or says nothing once control characters are gone. */
export function parseJournalLine(line: string): JournalLine | null {
  const parsed = readJournalLine(line);
  return parsed === null || parsed.entry.message === "" ? null : parsed;
}

/** The same, also where it says nothing; null for what is no entry. */
export function readJournalLine(line: string): JournalLine | null {
  // By hand: a machine may log ten thousand a second, and a schema takes ten times as long.
  const fields = parseJson(line);
  if (typeof fields !== "object" || fields === null) return null;
  const read = (name: EntryField) => toText(Reflect.get(fields, name));
  const cursor = read("__CURSOR");
  const micros = Number(read("__REALTIME_TIMESTAMP") ?? Number.NaN);
  if (cursor === null || !(micros >= 0 && micros <= MAX_MICROS)) return null;
  const message = plainText(read("MESSAGE") ?? "");
  const priority = Number(read("PRIORITY") ?? INFO);
  const pid = Number(read("_PID") ?? Number.NaN);
  return {
    entry: {
      cursor,
      at: new Date(micros / 1000).toISOString(),
      priority: Number.isInteger(priority) && priority >= 0 && priority <= 7 ? priority : INFO,
      unit: read("UNIT") ?? read("_SYSTEMD_UNIT"),
      identifier: read("SYSLOG_IDENTIFIER") ?? read("_COMM") ?? "unknown",
      pid: Number.isInteger(pid) ? pid : null,
      ...(message.length > MAX_MESSAGE
        ? { message: message.slice(0, MAX_MESSAGE).toWellFormed(), truncated: true }
        : { message }),
    },
    invocation: read("INVOCATION_ID") ?? read("_SYSTEMD_INVOCATION_ID"),
  };
}

export function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/**
 * A field's value as text: a string; a list of bytes where it is no UTF-8; another list where the field is there several times, of
 * which the first counts; null where it was too large.
 */
function toText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return null;
  const first: unknown = value[0];
  if (typeof first === "string") return first;
  const bytes: unknown[] = Array.isArray(first) ? first : value;
  return bytes.every((byte) => typeof byte === "number") ? Buffer.from(bytes).toString("utf8") : null;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
const ESCAPES = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** A machine's console writes colours and cursor movements into the journal. */
function plainText(text: string): string {
  // Few lines have any.
  return (CONTROL.test(text) ? text.replace(ESCAPES, "").replace(CONTROLS, "") : text).trimEnd();
}
