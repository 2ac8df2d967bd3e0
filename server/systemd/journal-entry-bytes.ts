import type { JournalEntry } from "@/lib/journal";

/** Of an entry beside its texts: names, numbers, quotes. */
const FRAME_BYTES = 160;

/** About the bytes an entry takes on its way to a page. */
export function entryBytes({ cursor, message, identifier, unit }: JournalEntry): number {
  const texts = Buffer.byteLength(message) + Buffer.byteLength(identifier) + Buffer.byteLength(unit ?? "");
  return FRAME_BYTES + cursor.length + texts;
}
