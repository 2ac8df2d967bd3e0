import { isUtf8 } from "node:buffer";
import { StringDecoder } from "node:string_decoder";
import { z } from "zod";

import { AppError } from "@/lib/errors";
import type { JournalBoot, JournalField } from "@/lib/journal";
import { isSameEntry } from "@/lib/journal-cursor";
import { type JournalLine, toJournalLine } from "./journal";
import { JournalComplaints } from "./journal-complaints";
import { ExportReader, type RawFields } from "./journal-export-format";
import { JOURNALCTL, JOURNALCTL_ENVIRONMENT, type JournalPlace } from "./journalctl";
import { run } from "./process";
import { streamProcess } from "./stream-process";

const DEADLINE_MS = 10_000;
const MAX_BYTES = 8 * 1024 * 1024;
/** Bytes of one field of an entry. */
const MAX_VALUE = 64 * 1024;
const MAX_BOOTS = 200;

async function journalctl(argv: readonly string[], signal?: AbortSignal): Promise<Buffer> {
  const result = await run([...JOURNALCTL, ...argv], {
    timeoutMs: DEADLINE_MS,
    maxBytes: MAX_BYTES,
    env: JOURNALCTL_ENVIRONMENT,
    ...(signal && { signal }),
  });
  const complaints = new JournalComplaints();
  for (const line of result.stderr.toString("utf8").split("\n")) if (line !== "") complaints.take(line);
  complaints.throwUnlessRead({ exitCode: result.exitCode, anything: result.stdout.length > 0 });
  return result.stdout;
}

/** Every field of the entry a cursor is of. Errors: NOT_FOUND (its file was rotated away), UNAVAILABLE. */
export async function readJournalFields(
  place: JournalPlace,
  cursor: string,
  signal?: AbortSignal,
): Promise<{ line: JournalLine; fields: JournalField[] }> {
  const raw = await readEntry([place, "--output=export", `--cursor=${cursor}`, "--lines=1"], signal);
  const line = toJournalLine(raw);
  if (!line || !isSameEntry(line.entry.cursor, cursor)) {
    throw new AppError("NOT_FOUND", "The journal has this entry no more.", {
      hint: "journald removes its oldest files when they take too much room.",
    });
  }
  const fields = raw.map(([name, bytes]) => toField(name, bytes));
  return { line, fields: fields.sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1)) };
}

/** The first entry; of one with a core dump in it, say, the beginning of that. */
async function readEntry(argv: readonly string[], signal?: AbortSignal): Promise<RawFields> {
  const entries: RawFields[] = [];
  const reader = new ExportReader((fields) => entries.push(fields), { keptBytes: MAX_VALUE + 1 });
  const complaints = new JournalComplaints();
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  const exitCode = await streamProcess([...JOURNALCTL, ...argv], {
    onOutput: (chunk) => reader.push(chunk),
    onLine: (_stream, text) => complaints.take(text),
    signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    env: JOURNALCTL_ENVIRONMENT,
  });
  if (deadline.aborted) throw new AppError("TIMEOUT", `The entry could not be read within ${DEADLINE_MS / 1000} s.`);
  complaints.throwUnlessRead({ exitCode, anything: entries.length > 0 });
  return entries[0] ?? [];
}

function toField(name: string, raw: string): JournalField {
  const truncated = raw.length > MAX_VALUE;
  const bytes = Buffer.from(raw.slice(0, MAX_VALUE), "latin1");
  // A character that was cut through is left out, and is no sign of anything else than UTF-8.
  const value = truncated ? new StringDecoder("utf8").write(bytes) : bytes.toString("utf8");
  return { name, value, binary: !isUtf8(bytes.subarray(0, Buffer.byteLength(value))), truncated };
}

/** What the program said, then what journald knows of it, then what places the entry in the journal. */
function rank(name: string): number {
  if (name === "MESSAGE") return 0;
  return name.startsWith("__") ? 3 : name.startsWith("_") ? 2 : 1;
}

/** Units that wrote into the journal, or that PID 1 wrote about: `journalctl -F`. */
export async function readJournalUnits(place: JournalPlace, signal?: AbortSignal): Promise<string[]> {
  const fields = ["_SYSTEMD_UNIT", "UNIT"].map((field) => journalctl([place, `--field=${field}`], signal));
  const names = (await Promise.all(fields)).flatMap((output) => output.toString("utf8").split("\n"));
  return [...new Set(names)].filter((name) => name !== "").sort();
}

const bootListSchema = z.array(
  z.object({ boot_id: z.string(), first_entry: z.number().nonnegative(), last_entry: z.number().nonnegative() }),
);

/** `journalctl --list-boots`, the newest first. */
export async function readJournalBoots(place: JournalPlace, signal?: AbortSignal): Promise<JournalBoot[]> {
  const output = await journalctl([place, "--list-boots", "--utc", "--output=json"], signal);
  return parseBoots(output.toString("utf8")).toReversed().slice(0, MAX_BOOTS);
}

/** JSON since systemd 253; a table before, whatever is asked for. */
export function parseBoots(text: string): JournalBoot[] {
  const listed = bootListSchema.safeParse(parseJson(text));
  if (listed.success) {
    return listed.data.map((boot) => ({
      bootId: boot.boot_id,
      firstAt: new Date(boot.first_entry / 1000).toISOString(),
      lastAt: new Date(boot.last_entry / 1000).toISOString(),
    }));
  }
  return text.split("\n").flatMap((line) => {
    const [, bootId, firstAt, lastAt] =
      /^\s*-?\d+ ([0-9a-f]{32}) \w+ ([\d: -]+) UTC[ —]\w+ ([\d: -]+) UTC\s*$/u.exec(line) ?? [];
    return bootId && firstAt && lastAt ? [{ bootId, firstAt: fromUtc(firstAt), lastAt: fromUtc(lastAt) }] : [];
  });
}

function fromUtc(text: string): string {
  return new Date(`${text.replace(" ", "T")}Z`).toISOString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
