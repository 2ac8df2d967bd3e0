import { z } from "zod";

import { AppError } from "@/lib/errors";
import type { JournalBoot, JournalField } from "@/lib/journal";
import { type JournalLine, parseJson, readJournalLine } from "./journal";
import { JournalComplaints } from "./journal-complaints";
import { JOURNALCTL, JOURNALCTL_ENVIRONMENT, type JournalPlace } from "./journalctl";
import { run } from "./process";

const DEADLINE_MS = 10_000;
const MAX_BYTES = 8 * 1024 * 1024;
/** Characters of one field of an entry. */
const MAX_VALUE = 64 * 1024;
const MAX_BOOTS = 200;

async function journalctl(argv: readonly string[], signal?: AbortSignal): Promise<string> {
  const result = await run([...JOURNALCTL, ...argv], {
    timeoutMs: DEADLINE_MS,
    maxBytes: MAX_BYTES,
    env: JOURNALCTL_ENVIRONMENT,
    ...(signal && { signal }),
  });
  const complaints = new JournalComplaints();
  for (const line of result.stderr.toString("utf8").split("\n")) if (line !== "") complaints.take(line);
  complaints.throwUnlessRead({ exitCode: result.exitCode, anything: result.stdout.length > 0 });
  return result.stdout.toString("utf8");
}

const entrySchema = z.record(z.string(), z.union([z.string(), z.array(z.unknown()), z.null()]));

/** Every field of the entry a cursor is of. Errors: NOT_FOUND (its file was rotated away), UNAVAILABLE. */
export async function readJournalFields(
  place: JournalPlace,
  cursor: string,
  signal?: AbortSignal,
): Promise<{ line: JournalLine; fields: JournalField[] }> {
  const text = await journalctl([place, "--output=json", "--all", `--cursor=${cursor}`, "--lines=1"], signal);
  const first = text.split("\n", 1)[0] ?? "";
  const line = readJournalLine(first);
  const parsed = entrySchema.safeParse(parseJson(first));
  if (line?.entry.cursor !== cursor || !parsed.success) {
    throw new AppError("NOT_FOUND", "The journal has this entry no more.", {
      hint: "journald removes its oldest files when they take too much room.",
    });
  }
  const fields = Object.entries(parsed.data).flatMap(([name, value]) => toFields(name, value));
  return { line, fields: fields.sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1)) };
}

/** A list of numbers is one value that is no UTF-8; any other list is a field that is there several times. */
function toFields(name: string, value: string | unknown[] | null): JournalField[] {
  if (!Array.isArray(value)) return [fieldOf(name, value ?? "", false)];
  if (value.every((byte) => typeof byte === "number"))
    return [fieldOf(name, Buffer.from(value).toString("utf8"), true)];
  return value.flatMap((one) => (typeof one === "string" || Array.isArray(one) ? toFields(name, one) : []));
}

function fieldOf(name: string, value: string, binary: boolean): JournalField {
  const truncated = value.length > MAX_VALUE;
  return { name, value: truncated ? value.slice(0, MAX_VALUE).toWellFormed() : value, binary, truncated };
}

/** What the program said, then what journald knows of it, then what places the entry in the journal. */
function rank(name: string): number {
  if (name === "MESSAGE") return 0;
  return name.startsWith("__") ? 3 : name.startsWith("_") ? 2 : 1;
}

/** Units that wrote into the journal, or that PID 1 wrote about: `journalctl -F`. */
export async function readJournalUnits(place: JournalPlace, signal?: AbortSignal): Promise<string[]> {
  const fields = ["_SYSTEMD_UNIT", "UNIT"].map((field) => journalctl([place, `--field=${field}`], signal));
  const names = (await Promise.all(fields)).flatMap((text) => text.split("\n"));
  return [...new Set(names)].filter((name) => name !== "").sort();
}

const bootListSchema = z.array(
  z.object({ boot_id: z.string(), first_entry: z.number().nonnegative(), last_entry: z.number().nonnegative() }),
);

/** `journalctl --list-boots`, the newest first. */
export async function readJournalBoots(place: JournalPlace, signal?: AbortSignal): Promise<JournalBoot[]> {
  const text = await journalctl([place, "--list-boots", "--utc", "--output=json"], signal);
  return parseBoots(text).toReversed().slice(0, MAX_BOOTS);
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
