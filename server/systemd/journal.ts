import { z } from "zod";

import type { JournalEntry } from "@/lib/journal";
import { run } from "./process";

/** Values are strings; what is not UTF-8 comes as bytes, a repeated field as a list, an oversized one as null. */
const fieldSchema = z.union([z.string(), z.array(z.number().int()), z.array(z.unknown()), z.null()]).transform(toText);
const lineSchema = z.object({
  __CURSOR: z.string(),
  __REALTIME_TIMESTAMP: z.string(),
  PRIORITY: fieldSchema.optional(),
  UNIT: fieldSchema.optional(),
  _SYSTEMD_UNIT: fieldSchema.optional(),
  SYSLOG_IDENTIFIER: fieldSchema.optional(),
  _COMM: fieldSchema.optional(),
  _PID: fieldSchema.optional(),
  MESSAGE: fieldSchema.optional(),
  INVOCATION_ID: fieldSchema.optional(),
  _SYSTEMD_INVOCATION_ID: fieldSchema.optional(),
});
/** The fields an entry is made of, for --output-fields. */
export const ENTRY_FIELDS: readonly string[] = Object.keys(lineSchema.shape).filter((field) => !field.startsWith("__"));
const MAX_BYTES = 2 * 1024 * 1024;
const INFO = 6;
/** Characters of a message in a list of lines; its details tell all of it. */
const MAX_MESSAGE = 16 * 1024;

export interface JournalLine {
  entry: JournalEntry;
  /** The run of the unit it belongs to; null where PID 1 refused to run it at all. */
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
  const result = await run([...argv, `--output-fields=${ENTRY_FIELDS.join(",")}`, ...matches], {
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
  const parsed = lineSchema.safeParse(parseJson(line));
  if (!parsed.success) return null;
  const fields = parsed.data;
  const message = plainText(fields.MESSAGE ?? "");
  const priority = Number(fields.PRIORITY ?? INFO);
  return {
    entry: {
      cursor: fields.__CURSOR,
      at: new Date(Number(fields.__REALTIME_TIMESTAMP) / 1000).toISOString(),
      priority: priority >= 0 && priority <= 7 ? priority : INFO,
      unit: fields.UNIT ?? fields._SYSTEMD_UNIT ?? null,
      identifier: fields.SYSLOG_IDENTIFIER ?? fields._COMM ?? "unknown",
      pid: fields._PID ? Number(fields._PID) : null,
      ...(message.length > MAX_MESSAGE
        ? { message: message.slice(0, MAX_MESSAGE).toWellFormed(), truncated: true }
        : { message }),
    },
    invocation: fields.INVOCATION_ID ?? fields._SYSTEMD_INVOCATION_ID ?? null,
  };
}

export function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** A field's value as text, of a repeated one the first. */
export function toText(value: string | unknown[] | null): string | null {
  if (!Array.isArray(value)) return value;
  if (value.every((byte) => typeof byte === "number")) return Buffer.from(value).toString("utf8");
  return typeof value[0] === "string" ? value[0] : null;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
const ESCAPES = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** A machine's console writes colours and cursor movements into the journal. */
function plainText(text: string): string {
  return text.replace(ESCAPES, "").replace(CONTROLS, "").trimEnd();
}
