import type { JournalEntry, JournalPage } from "./journal";
import { isSameEntry } from "./journal-cursor";

/** Lines a page holds. Beyond them the far end is forgotten, and read again when it is scrolled to. */
export const MAX_LINES = 5000;

export interface JournalLine {
  entry: JournalEntry;
  /** Lines that are missing before it, because this page lagged; null: as many as were written while it was not connected. */
  gap: number | null;
}

/** The stretch of a journal that a page holds. */
export interface JournalWindow {
  lines: readonly JournalLine[];
  /** There are lines before the first. */
  older: boolean;
  /** Before the first nothing was found back to this moment; the search goes on when the reader wants it to. */
  searchedTo: string | null;
  /** There are lines after the last: what is written is not part of it then. */
  newer: boolean;
  /** Lines written that the reader has not come to. */
  unseen: number;
}

interface Snapshot {
  entries: readonly JournalEntry[];
  more: boolean;
  searchedTo: string | null;
}

/** The newest lines come in parts, over a connection that may be made anew among them: those that go together with this one. */
export function joinParts(
  before: readonly JournalEntry[],
  { entries, part }: { entries: readonly JournalEntry[]; part: number },
): readonly JournalEntry[] {
  return part === 1 ? entries : [...before, ...entries];
}

const toLines = (entries: readonly JournalEntry[], gap: number | null = 0): JournalLine[] =>
  entries.map((entry, index) => ({ entry, gap: index === 0 ? gap : 0 }));

/** A stretch that begins at a moment in the past. */
export function openAt({ entries, nextCursor }: Pick<JournalPage, "entries" | "nextCursor">): JournalWindow {
  return { lines: toLines(entries), older: true, searchedTo: null, newer: nextCursor !== null, unseen: 0 };
}

/**
 * The newest lines, as they are told whenever the connection is made. They go on where the window ends if they reach back so far; else
 * lines are missing between: who follows has the newest alone, with a gap told before them, and who reads keeps the window and reads
 * on to them. A window that is elsewhere in the journal stays as it is, and so does what a slow search has found.
 */
export function joinSnapshot(
  window: JournalWindow | null,
  { entries, more, searchedTo }: Snapshot,
  following = true,
): JournalWindow {
  if (window?.newer) return window;
  if (window && searchedTo !== null) return joinFound(window, entries, following);
  const last = window?.lines.at(-1)?.entry.cursor;
  const at = last === undefined ? -1 : entries.findIndex(({ cursor }) => isSameEntry(cursor, last));
  if (window && at !== -1) {
    return at === entries.length - 1 ? window : appendLive(window, entries.slice(at + 1), 0, following);
  }
  const missing = last !== undefined && more;
  if (window && missing && !following) return { ...window, newer: true };
  return { lines: toLines(entries, missing ? null : 0), older: more, searchedTo, newer: false, unseen: 0 };
}

/** A search that is begun anew, and ran out of time once more, knows less of what is before its lines than a window that went on with it. */
function joinFound(window: JournalWindow, found: readonly JournalEntry[], following: boolean): JournalWindow {
  const last = window.lines.at(-1)?.entry.cursor;
  const written = found.slice(1 + found.findLastIndex(({ cursor }) => isSameEntry(cursor, last)));
  return written.length === 0 ? window : appendLive(window, written, 0, following);
}

/**
 * Lines as they are written; those that a page has brought already are left out. A reader who does not follow keeps what is being read:
 * what has no room waits to be read again.
 */
export function appendLive(
  window: JournalWindow,
  written: readonly JournalEntry[],
  gap: number,
  following: boolean,
): JournalWindow {
  const held = window.lines.findLastIndex(({ entry }) => isSameEntry(entry.cursor, written[0]?.cursor));
  const entries = held === -1 ? written : written.slice(window.lines.length - held);
  const unseen = following ? 0 : window.unseen + entries.length + gap;
  if (window.newer) return { ...window, unseen };
  const lines = [...window.lines, ...toLines(entries, gap)];
  if (lines.length <= MAX_LINES) return { ...window, lines, unseen };
  if (following) return { ...window, lines: lines.slice(-MAX_LINES), older: true, searchedTo: null, unseen };
  return { ...window, lines: lines.slice(0, MAX_LINES), newer: true, unseen };
}

/** A page of what is before the first line: nothing is missing there any more. */
export function prependOlder(window: JournalWindow, { entries, nextCursor, searchedTo }: JournalPage): JournalWindow {
  const held = window.lines.map((line, index) => (index === 0 && line.gap !== 0 ? { ...line, gap: 0 } : line));
  const lines = [...toLines(entries), ...held];
  const cut = lines.length > MAX_LINES;
  const older = nextCursor !== null;
  return { ...window, lines: lines.slice(0, MAX_LINES), older, searchedTo, newer: window.newer || cut };
}

/** A page of what is after the last line. */
export function appendNewer(window: JournalWindow, { entries, nextCursor }: JournalPage): JournalWindow {
  const lines = [...window.lines, ...toLines(entries)];
  const cut = lines.length > MAX_LINES;
  const newer = nextCursor !== null;
  return {
    lines: lines.slice(-MAX_LINES),
    older: window.older || cut,
    searchedTo: cut ? null : window.searchedTo,
    newer,
    unseen: newer ? Math.max(0, window.unseen - entries.length) : 0,
  };
}

/** Lines that are missing in the window, as far as that is known. */
export function countMissing({ lines }: JournalWindow): number {
  return lines.reduce((sum, { gap }) => sum + (gap ?? 0), 0);
}
