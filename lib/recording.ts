import { z } from "zod";

import { RECORDING_ENDS, type RecordingEnd, type TerminalKind, terminalKindSchema } from "./terminal";

/**
 * asciicast v2 (docs.asciinema.org/manual/asciicast/v2): a header line of JSON, then one line an event, `[seconds, code, data]`.
 * Recordings have output ("o"), resizes ("r") and a marker ("m") that tells why they ended; what people type is never in them.
 */
export const recordingIdSchema = z.uuid();
export const recordingRefSchema = z.strictObject({ id: recordingIdSchema });

/** Players pass over a key they do not know, so what the list shows of a recording is kept in the file itself. */
const aboutSchema = z.object({
  terminal: z.string(),
  machine: z.string(),
  kind: terminalKindSchema,
  user: z.string().nullable(),
  recordedBy: z.string(),
  recordedById: z.string(),
});

export const castHeaderSchema = z.object({
  version: z.literal(2),
  width: z.number().int().min(1).max(1000),
  height: z.number().int().min(1).max(1000),
  /** Seconds since the epoch. */
  timestamp: z.number().int().min(0),
  title: z.string(),
  env: z.object({ TERM: z.string() }),
  machineroom: aboutSchema,
});
export type CastHeader = z.infer<typeof castHeaderSchema>;

const eventSchema = z.tuple([z.number().min(0), z.string(), z.string()]);

/** What happens on the screen at a time, in seconds from the beginning. */
export type CastEvent =
  | { at: number; type: "output"; text: string }
  | { at: number; type: "resize"; cols: number; rows: number };

/** Null for a line that is none, or not whole, or of another kind. */
export function parseCastEvent(line: string): CastEvent | null {
  const parsed = eventSchema.safeParse(parseJson(line)).data;
  if (!parsed) return null;
  const [at, code, data] = parsed;
  if (code === "o") return { at, type: "output", text: data };
  const [, cols = 0, rows = 0] =
    (code === "r" ? /^([1-9]\d{0,2})x([1-9]\d{0,2})$/.exec(data)?.map(Number) : null) ?? [];
  return cols > 0 && rows > 0 ? { at, type: "resize", cols, rows } : null;
}

/** What the marker at the end of a recording says. */
export function castEndLabel(why: RecordingEnd["why"]): string {
  return `recording ended: ${why}`;
}

/** Null for any other line. */
export function parseCastEnd(line: string): { at: number; why: RecordingEnd["why"] } | null {
  const [at = 0, code, label] = eventSchema.safeParse(parseJson(line)).data ?? [];
  const why = code === "m" ? RECORDING_ENDS.find((one) => castEndLabel(one) === label) : undefined;
  return why ? { at, why } : null;
}

export function parseCastHeader(line: string): CastHeader | null {
  return castHeaderSchema.safeParse(parseJson(line)).data ?? null;
}

/** A whole recording; null where it is none. A last line that was cut off is left out. */
export function parseCast(text: string): { header: CastHeader; events: CastEvent[] } | null {
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n");
  const header = parseCastHeader(lines[0] ?? "");
  if (!header) return null;
  return { header, events: lines.slice(1).flatMap((line) => parseCastEvent(line) ?? []) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** When each event is shown, in seconds: as it was, or with every pause longer than `maxPause` shortened to that. */
export function timelineOf(events: readonly CastEvent[], maxPause = Number.POSITIVE_INFINITY): number[] {
  let last = 0;
  let shown = 0;
  return events.map(({ at }) => {
    shown += Math.min(Math.max(at - last, 0), maxPause);
    last = Math.max(at, last);
    return shown;
  });
}

/** The first event that is later than `at`, by a timeline; its length where none is. */
export function eventAfter(timeline: readonly number[], at: number): number {
  let low = 0;
  let high = timeline.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timeline[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One row of the list. */
export interface Recording {
  id: string;
  machine: string;
  kind: TerminalKind;
  user: string | null;
  recordedBy: string;
  /** Account of whoever recorded it: they may delete it, as admins may. */
  recordedById: string;
  startedAt: string;
  durationMs: number;
  sizeBytes: number;
  cols: number;
  rows: number;
  /** It is being recorded now. */
  live: boolean;
  /** Why it ended; null where its file does not say so: it is live, the disk failed, or the api was killed. */
  end: RecordingEnd["why"] | null;
}
