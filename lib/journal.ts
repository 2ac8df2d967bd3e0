import { z } from "zod";

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
});
export type JournalEntry = z.infer<typeof journalEntrySchema>;
