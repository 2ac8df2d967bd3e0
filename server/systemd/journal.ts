import type { JournalEntry } from "@/lib/journal";
import { MAX_MICROS } from "@/lib/journal-cursor";
import { ExportReader, isWhole, ownText, type RawFields, textOf } from "./journal-export-format";
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

/** The newest lines of the host's journal that fit and say something, oldest first: `journalctl -o export`. */
export async function readJournal({ matches, limit, signal }: JournalQuery): Promise<JournalLine[]> {
  const argv = ["/usr/bin/journalctl", "--quiet", "--no-pager", "--output=export", `--lines=${limit}`];
  const fields = [...ENTRY_FIELDS, ...INVOCATION_FIELDS].join(",");
  const result = await run([...argv, `--output-fields=${fields}`, ...matches], {
    timeoutMs: 10_000,
    maxBytes: MAX_BYTES,
    ...(signal && { signal }),
  });
  const lines: JournalLine[] = [];
  const reader = new ExportReader((raw) => {
    const line = toJournalLine(raw);
    if (line && line.entry.message !== "") lines.push(line);
  });
  reader.push(result.stdout);
  return lines;
}

/** An entry as it was written, in plain names; null for what is none. Of a field that is there several times the first counts. */
export function toJournalLine(fields: RawFields): JournalLine | null {
  // By hand: a machine may log ten thousand a second, and a schema takes ten times as long.
  const values = new Map(fields.toReversed());
  const read = (name: EntryField) => {
    const bytes = values.get(name);
    return bytes === undefined ? null : ownText(textOf(bytes));
  };
  const cursor = read("__CURSOR");
  const micros = readNumber(values.get("__REALTIME_TIMESTAMP"));
  if (cursor === null || !(micros >= 0 && micros <= MAX_MICROS)) return null;
  const priority = readNumber(values.get("PRIORITY"));
  const pid = readNumber(values.get("_PID"));
  return {
    entry: {
      cursor,
      at: new Date(micros / 1000).toISOString(),
      priority: Number.isInteger(priority) && priority >= 0 && priority <= 7 ? priority : INFO,
      unit: read("UNIT") ?? read("_SYSTEMD_UNIT"),
      identifier: read("SYSLOG_IDENTIFIER") ?? read("_COMM") ?? "unknown",
      pid: Number.isInteger(pid) ? pid : null,
      ...readMessage(values.get("MESSAGE") ?? ""),
    },
    invocation: read("INVOCATION_ID") ?? read("_SYSTEMD_INVOCATION_ID"),
  };
}

function readMessage(bytes: string): Pick<JournalEntry, "message" | "truncated"> {
  const text = plainText(textOf(bytes));
  const cut = text.length > MAX_MESSAGE;
  const message = ownText(cut ? text.slice(0, MAX_MESSAGE).toWellFormed() : text);
  // Of one that is full of escape sequences less may be left than is shown.
  return cut || !isWhole(bytes) ? { message, truncated: true } : { message };
}

/** NaN for what is none, also where the field is there and empty. */
function readNumber(bytes = ""): number {
  return bytes.trim() === "" ? Number.NaN : Number(bytes);
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
