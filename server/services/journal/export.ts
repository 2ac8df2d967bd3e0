import type { Readable } from "node:stream";

import { AppError } from "@/lib/errors";
import type { JournalExport, JournalFormat } from "@/lib/journal";
import { exportJournal as streamJournal } from "@/server/systemd/journal-export";
import { findJournal, type JournalDeps } from "./source";

const MAX_AT_ONCE = 8;
let running = 0;

export interface ExportedJournal {
  fileName: string;
  format: JournalFormat;
  content: Readable;
}

/** A machine's journal as a file, oldest lines first. Errors: of findJournal, INVALID (the pattern), UNAVAILABLE. */
export async function exportJournal(
  deps: JournalDeps,
  { name, format, ...filter }: JournalExport,
  signal: AbortSignal,
): Promise<ExportedJournal> {
  const { place } = await findJournal(deps, name);
  if (running >= MAX_AT_ONCE) {
    throw new AppError("UNAVAILABLE", "Too many journals are downloaded at once.", { hint: "Try again in a moment." });
  }
  running += 1;
  try {
    const content = await streamJournal(place, filter, format, signal);
    content.once("close", () => {
      running -= 1;
    });
    return { fileName: `${name}-journal.${format === "json" ? "json" : "log"}`, format, content };
  } catch (error) {
    running -= 1;
    throw error;
  }
}
