import { z } from "zod";

import { MAX_MICROS, microsOf } from "./journal-cursor";
import { machineNameSchema } from "./names";
import { unitNameSchema } from "./units";

/** One line of a journal, journald's fields under their plain names. */
export const journalEntrySchema = z.object({
  cursor: z.string(),
  at: z.iso.datetime(),
  /** syslog(3) level: 0 (emerg) to 7 (debug). */
  priority: z.number().int().min(0).max(7),
  /** The unit that wrote it, or that PID 1 wrote it about. */
  unit: z.string().nullable(),
  identifier: z.string(),
  pid: z.number().int().nullable(),
  message: z.string(),
  /** The message is longer than what is told of it; `journal.entry` tells the rest. */
  truncated: z.literal(true).optional(),
});
export type JournalEntry = z.infer<typeof journalEntrySchema>;

const cursorSchema = z
  .string()
  .regex(
    /^s=[0-9a-f]{32};i=[0-9a-f]{1,16};b=[0-9a-f]{32};m=[0-9a-f]{1,16};t=[0-9a-f]{1,16};x=[0-9a-f]{1,16}$/,
    "A cursor is taken from an entry told before.",
  )
  .refine((cursor) => microsOf(cursor) <= MAX_MICROS, "A cursor is of a moment that a clock can show.");

const followShape = {
  name: machineNameSchema,
  /** Lines of any of these. */
  units: z.array(unitNameSchema).min(1).max(50).optional(),
  /** This syslog level and the more urgent ones. */
  priority: z.number().int().min(0).max(7).optional(),
  /** A PCRE2 pattern; without capitals in it, it ignores case. */
  grep: z
    .string()
    .min(1)
    .max(1000)
    .refine((text) => !text.includes("\0") && text.isWellFormed(), "A pattern holds no NUL character.")
    .optional(),
  since: z.iso.datetime({ offset: true }).optional(),
  /** A boot ID, 32 hexadecimal digits. */
  boot: z
    .string()
    .regex(/^[0-9a-f]{32}$/, "A boot ID has 32 hexadecimal digits.")
    .optional(),
};

export const journalFollowSchema = z.strictObject(followShape);
export type JournalFollowInput = z.infer<typeof journalFollowSchema>;

export const journalQuerySchema = z.strictObject({
  ...followShape,
  until: z.iso.datetime({ offset: true }).optional(),
  limit: z.number().int().min(1).max(1000).default(200),
  /** Where an earlier answer ended: what is told begins beyond it. */
  cursor: cursorSchema.optional(),
  /** "backward": the newest lines, or those before the cursor. "forward": the oldest, or those after it. */
  direction: z.enum(["backward", "forward"]).default("backward"),
});
export type JournalQueryInput = z.infer<typeof journalQuerySchema>;

export const journalEntryRefSchema = z.strictObject({ name: machineNameSchema, cursor: cursorSchema });
export type JournalEntryRef = z.infer<typeof journalEntryRefSchema>;

export const JOURNAL_FORMATS = ["text", "json"] as const;
export type JournalFormat = (typeof JOURNAL_FORMATS)[number];

export const journalExportSchema = z.strictObject({
  ...followShape,
  until: z.iso.datetime({ offset: true }).optional(),
  format: z.enum(JOURNAL_FORMATS).default("text"),
});
export type JournalExport = z.infer<typeof journalExportSchema>;

/** A journal file that could not be read, or not wholly. */
export interface JournalProblem {
  /** Its name; null where journalctl named none. */
  file: string | null;
  /** "damaged": it is read, but for entries that cannot be. */
  problem: "corrupted" | "truncated" | "unsupported" | "unreadable" | "damaged";
  /** What journalctl said. */
  text: string;
}

export interface JournalPage {
  /** Oldest first, whatever the direction. */
  entries: JournalEntry[];
  /** Ask on with it in the same direction; null where there is no more. */
  nextCursor: string | null;
  /** Nothing was found down to this moment, in the time there was for it; `nextCursor` goes on from there. */
  searchedTo: string | null;
  problems: JournalProblem[];
  /** The command line that prints the same. */
  command: string;
}

export interface JournalField {
  name: string;
  /** As text; bytes that are no UTF-8 are replaced. */
  value: string;
  /** It was no UTF-8. */
  binary: boolean;
  truncated: boolean;
}

/** All of one entry, as `journalctl -o verbose` shows it. */
export interface JournalEntryDetails {
  entry: JournalEntry;
  fields: JournalField[];
  command: string;
}

export interface JournalBoot {
  bootId: string;
  firstAt: string;
  lastAt: string;
}

export type JournalState =
  /** New lines come as they are written. `command` prints the same. */
  | { type: "state"; state: "following"; command: string }
  /** The machine does not run; its files were read to their end. */
  | { type: "state"; state: "stopped"; command: string }
  /** It cannot be read at the moment; goes on by itself where that can change. */
  | { type: "state"; state: "unavailable"; reason: string | null; message: string; hint: string | null };

/** What `journal.follow` sends. */
export type JournalEvent =
  /**
   * The newest lines, oldest first, in `parts` parts of which this is the `part`th (from 1); `more`: older ones are there; `searchedTo`:
   * as in a page.
   */
  | {
      type: "snapshot";
      part: number;
      parts: number;
      entries: JournalEntry[];
      more: boolean;
      searchedTo: string | null;
      problems: JournalProblem[];
    }
  | JournalState
  /** `gap` lines were dropped before these, because the reader lagged. */
  | { type: "lines"; entries: JournalEntry[]; gap: number };
