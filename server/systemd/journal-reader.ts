import { AppError } from "@/lib/errors";
import type { JournalEntry, JournalProblem } from "@/lib/journal";
import { isSameEntry, microsOf } from "@/lib/journal-cursor";
import { filterArguments, type JournalFilter } from "@/lib/journal-filter";
import { ENTRY_FIELDS, toJournalLine } from "./journal";
import { JournalComplaints } from "./journal-complaints";
import { entryBytes } from "./journal-entry-bytes";
import { ExportReader, type RawFields } from "./journal-export-format";
import { JOURNALCTL, JOURNALCTL_ENVIRONMENT, type JournalPlace, OUTSPOKEN_ENVIRONMENT } from "./journalctl";
import { streamProcess } from "./stream-process";

const ENTRIES = ["--output=export", `--output-fields=${ENTRY_FIELDS.join(",")}`];
/** Of all entries of a page: what comes after is told with the next. */
const MAX_PAGE_BYTES = 2 * 1024 * 1024;
const PAGE_DEADLINE_MS = 10_000;

export interface PageQuery {
  place: JournalPlace;
  filter: JournalFilter;
  direction: "backward" | "forward";
  cursor?: string | undefined;
  /** Backward: from before this entry, as with `cursor`, but in a range of time, which journalctl takes no cursor with. */
  before?: string | undefined;
  limit: number;
  /** How long it is looked for, if nothing is found. */
  deadlineMs?: number;
  signal?: AbortSignal | undefined;
}

export interface Page {
  /** Oldest first. */
  entries: JournalEntry[];
  /** There are further ones in the direction that was asked for. */
  more: boolean;
  problems: JournalProblem[];
}

/** The argv that prints a page: with a cursor, the entry it is of comes first. */
export function pageArguments({ place, filter, direction, cursor, before, limit }: PageQuery): string[] {
  // journalctl takes one of --since and --cursor only, and a cursor is after the one or before the other anyway.
  const { since, until, ...rest } = filter;
  const asked = cursor === undefined ? filter : direction === "forward" ? { ...rest, until } : rest;
  // What is not before the entry comes first then, and does not count.
  const most = before === undefined ? [`--lines=${limit + 2}`] : [];
  return [
    place,
    ...(cursor === undefined ? [] : [`--cursor=${cursor}`]),
    // Forward without it: --lines= would begin at the end.
    ...(direction === "backward" ? ["--reverse", ...most] : []),
    ...filterArguments(asked),
  ];
}

/**
 * Reads lines from the end or the beginning of a journal, or on from a cursor. Ends early, with `more`, where they are too much for
 * one answer. Errors: INVALID (the pattern, with the reason "bad-pattern"), TIMEOUT, UNAVAILABLE.
 */
export async function readJournalPage(query: PageQuery): Promise<Page> {
  query.signal?.throwIfAborted();
  const page = new PageBuilder(query);
  const reader = new ExportReader((fields) => page.take(fields));
  const complaints = new JournalComplaints();
  const { deadlineMs = PAGE_DEADLINE_MS } = query;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    page.stop();
  }, deadlineMs);
  const onAbort = () => page.stop();
  query.signal?.addEventListener("abort", onAbort);
  try {
    const exitCode = await streamProcess([...JOURNALCTL, ...ENTRIES, ...pageArguments(query)], {
      onOutput: (chunk) => reader.push(chunk),
      onLine: (_stream, text) => complaints.take(text),
      signal: page.signal,
      env: OUTSPOKEN_ENVIRONMENT,
    });
    query.signal?.throwIfAborted();
    if (late && page.isEmpty) {
      throw new AppError("TIMEOUT", `Nothing was found in the journal within ${deadlineMs / 1000} s.`, {
        hint: "Narrow the time range, or the units.",
      });
    }
    if (!page.signal.aborted) complaints.throwUnlessRead({ exitCode, anything: !page.isEmpty });
    const { entries, more } = page.result();
    return { entries, more: more || late, problems: complaints.problems };
  } finally {
    clearTimeout(timer);
    query.signal?.removeEventListener("abort", onAbort);
  }
}

/** Takes lines until there are enough, then ends the process. */
class PageBuilder {
  readonly #query: PageQuery;
  readonly #enough = new AbortController();
  readonly #entries: JournalEntry[] = [];
  readonly #sinceMs: number;
  #bytes = 0;
  #more = false;
  #isBefore: boolean;

  constructor(query: PageQuery) {
    this.#query = query;
    this.#isBefore = query.before === undefined;
    // Before a cursor journalctl is not told where to stop.
    const { since } = query.filter;
    const stopsItself = query.direction === "backward" && query.cursor !== undefined && since !== undefined;
    this.#sinceMs = stopsItself ? Date.parse(since) : Number.NEGATIVE_INFINITY;
  }

  get signal(): AbortSignal {
    return this.#enough.signal;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  stop(): void {
    this.#enough.abort();
  }

  take(fields: RawFields): void {
    if (this.#enough.signal.aborted) return;
    const entry = toJournalLine(fields)?.entry;
    if (!entry || isSameEntry(entry.cursor, this.#query.cursor) || !this.#comesBefore(entry)) return;
    const full = this.#entries.length === this.#query.limit || this.#bytes > MAX_PAGE_BYTES;
    if (full || this.#isTooOld(entry)) {
      this.#more = full;
      this.stop();
    } else {
      this.#entries.push(entry);
      this.#bytes += entryBytes(entry);
    }
  }

  /** Entries of one moment are told apart by their order alone. */
  #comesBefore({ cursor }: JournalEntry): boolean {
    const { before } = this.#query;
    if (this.#isBefore || before === undefined) return true;
    const isIt = isSameEntry(cursor, before);
    this.#isBefore = isIt || microsOf(cursor) < microsOf(before);
    return !isIt && this.#isBefore;
  }

  #isTooOld({ at }: JournalEntry): boolean {
    return this.#sinceMs !== Number.NEGATIVE_INFINITY && Date.parse(at) < this.#sinceMs;
  }

  result(): Omit<Page, "problems"> {
    const entries = this.#query.direction === "backward" ? this.#entries.toReversed() : this.#entries;
    return { entries, more: this.#more };
  }
}

export interface FollowQuery {
  place: JournalPlace;
  filter: JournalFilter;
  /** After this entry; without one, from `sinceMs` on. */
  cursor: string | null;
  sinceMs: number;
  onEntry(entry: JournalEntry): void;
  signal: AbortSignal;
}

/**
 * Tells every entry after the cursor, then those that come, until `signal` aborts. `--merge` reads all boots: --follow alone is
 * silent for ever after the machine has started again. Errors: as above; it ends by itself only where it fails.
 */
export async function followJournal({ place, filter, cursor, sinceMs, onEntry, signal }: FollowQuery): Promise<void> {
  const { since, ...rest } = filter;
  const from = new Date(Math.max(sinceMs, since === undefined ? 0 : Date.parse(since))).toISOString();
  const start = cursor === null ? [] : [`--after-cursor=${cursor}`];
  const complaints = new JournalComplaints();
  const reader = new ExportReader((fields) => {
    const line = signal.aborted ? null : toJournalLine(fields);
    if (line) onEntry(line.entry);
  });
  const argv = [
    ...JOURNALCTL,
    ...ENTRIES,
    place,
    "--merge",
    "--follow",
    "--no-tail",
    ...start,
    ...filterArguments(cursor === null ? { ...rest, since: from } : rest),
  ];
  const exitCode = await streamProcess(argv, {
    onOutput: (chunk) => reader.push(chunk),
    onLine: (_stream, text) => complaints.take(text),
    signal,
    env: JOURNALCTL_ENVIRONMENT,
  });
  if (signal.aborted) return;
  complaints.throwUnlessRead({ exitCode, anything: false });
  throw new AppError("UNAVAILABLE", "journalctl stopped following the journal.", {
    hint: "It is begun again by itself.",
    reason: "unfollowed",
  });
}
