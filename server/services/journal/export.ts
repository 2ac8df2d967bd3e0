import type { Readable } from "node:stream";

import type { JournalExport, JournalFormat } from "@/lib/journal";
import { exportJournal as streamJournal } from "@/server/systemd/journal-export";
import { DownloadPlaces } from "./download-places";
import { findJournal, type JournalDeps } from "./source";

const places = new DownloadPlaces({ most: 8, mostEach: 2 });

export interface ExportedJournal {
  fileName: string;
  format: JournalFormat;
  content: Readable;
}

/**
 * A machine's journal as a file, oldest lines first, for the person `userId`. Errors: of findJournal, INVALID (the pattern),
 * UNAVAILABLE (also with a DownloadRefusal as its reason).
 */
export async function exportJournal(
  deps: JournalDeps,
  { name, format, ...filter }: JournalExport,
  { userId, signal }: { userId: string; signal: AbortSignal },
): Promise<ExportedJournal> {
  const { place } = await findJournal(deps, name);
  const release = places.take(userId);
  try {
    const content = await streamJournal(place, filter, format, signal);
    content.once("close", release);
    return { fileName: `${name}-journal.${format === "json" ? "json" : "log"}`, format, content };
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * Whether exportJournal would begin at this moment: a browser does not show a page why its download was refused. Errors: of
 * findJournal, UNAVAILABLE with a DownloadRefusal as its reason.
 */
export async function checkExport(deps: JournalDeps, name: string, userId: string): Promise<void> {
  await findJournal(deps, name);
  places.requireFree(userId);
}
