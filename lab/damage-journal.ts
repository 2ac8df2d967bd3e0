import { readFileSync, writeFileSync } from "node:fs";

/** systemd.io/JOURNAL_FILE_FORMAT: where a file's header tells how long it is itself, and where the last object lies. */
const HEADER_SIZE_OFFSET = 88;
const TAIL_OBJECT_OFFSET = 136;
const OBJECT_HEADER_BYTES = 16;
const OBJECT_SIZE_OFFSET = 8;
const ENTRY = 3;
const DAMAGED_ENTRIES = 50;

/**
 * Damages a journal file in its middle: the headers of 50 entries, one after the other, are zeros. Entries alone: what they are found
 * by stays whole, and with it what journalctl makes of the damage.
 */
export function damageJournal(path: string): void {
  const file = readFileSync(path);
  const entries = entryOffsets(file);
  const middle = Math.floor(entries.length / 2);
  for (const at of entries.slice(middle, middle + DAMAGED_ENTRIES)) file.fill(0, at, at + OBJECT_HEADER_BYTES);
  writeFileSync(path, file);
}

function entryOffsets(file: Buffer): number[] {
  const offsets: number[] = [];
  const last = Number(file.readBigUInt64LE(TAIL_OBJECT_OFFSET));
  for (let at = Number(file.readBigUInt64LE(HEADER_SIZE_OFFSET)); at <= last; ) {
    if (file[at] === ENTRY) offsets.push(at);
    const size = Number(file.readBigUInt64LE(at + OBJECT_SIZE_OFFSET));
    // Objects begin at multiples of eight bytes.
    at += Math.ceil(size / 8) * 8;
  }
  return offsets;
}
