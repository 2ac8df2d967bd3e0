import { setTimeout as delay } from "node:timers/promises";

import { formatCommand } from "@/lib/commands";
import { AppError, type ErrorCode } from "@/lib/errors";
import type { JournalEntry, JournalEvent, JournalFollowInput, JournalState } from "@/lib/journal";
import { microsOf } from "@/lib/journal-cursor";
import { filterArguments } from "@/lib/journal-filter";
import { entryBytes } from "@/server/systemd/journal-entry-bytes";
import { followJournal, readJournalPage } from "@/server/systemd/journal-reader";
import type { JournalPlace } from "@/server/systemd/journalctl";
import { Bell } from "../inside/bell";
import { LineQueue } from "./line-queue";
import { type FoundPage, searchBack } from "./search";
import { findJournal, type JournalDeps, type JournalRefusal, type JournalSource } from "./source";

/** What a reader begins with, and one who comes later, or comes back, is told. */
const SNAPSHOT = { lines: 500, bytes: 512 * 1024 };
const PAGE_LINES = 1000;
/** What the same question fails of again; a first search that found nothing in its time would only be begun anew, for as long as a page is open. */
const LASTING: ReadonlySet<ErrorCode> = new Set(["INVALID", "NOT_FOUND", "TIMEOUT"]);
/** What a machine writes is told by the one that follows it well within this time. */
const LATE_MS = 60_000;
const RETRY_DELAYS_MS = [200, 400, 800, 1500, 3000];

/** All of it, whatever it takes to tell. */
export type JournalSnapshot = Omit<Extract<JournalEvent, { type: "snapshot" }>, "part" | "parts">;

export interface FeedReader {
  onEntry(entry: JournalEntry): void;
  onState(): void;
}

/**
 * One filter on one machine's journal, read once for all who look: the newest lines, then what is written, through stops and starts
 * of the machine, until it is closed. A line is never told twice, and never left out: each reading goes on after the last line's cursor.
 */
export class JournalFeed {
  readonly #deps: JournalDeps;
  readonly #name: string;
  readonly #filter: Omit<JournalFollowInput, "name">;
  readonly #readers = new Set<FeedReader>();
  readonly #end = new AbortController();
  readonly #beganMs = Date.now();
  /** What the first reading told beside the lines. */
  #beginning: Omit<FoundPage, "entries"> | null = null;
  readonly #newest = new LineQueue<JournalEntry>(SNAPSHOT, entryBytes);
  /** What was written before this moment has been told, if the filter fits it. */
  #toldToMs = this.#beganMs;
  #state: JournalState | null = null;
  #failure: unknown = null;

  constructor(deps: JournalDeps, { name, ...filter }: JournalFollowInput) {
    this.#deps = deps;
    this.#name = name;
    this.#filter = filter;
    void this.#run();
  }

  /** How it can be read; null until that is known. */
  get state(): JournalState | null {
    return this.#state;
  }

  /** Set where it has ended, because it cannot be read at all (a bad pattern, say). */
  get failure(): unknown {
    return this.#failure;
  }

  /** Null until the first reading is done. */
  snapshot(): JournalSnapshot | null {
    if (!this.#beginning) return null;
    const { more, searchedTo, problems } = this.#beginning;
    const given = this.#newest.gap > 0;
    const entries = this.#newest.toArray();
    return { type: "snapshot", entries, more: more || given, searchedTo: given ? null : searchedTo, problems };
  }

  /** Returns what ends it. Whatever is not in the snapshot of this moment is told. */
  subscribe(reader: FeedReader): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  close(): void {
    this.#end.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        const source = await findJournal(this.#deps, this.#name);
        if (signal.aborted) return;
        await this.#readPast(source);
        this.#tell({
          type: "state",
          state: source.leaderPid === null ? "stopped" : "following",
          command: this.#command(source),
        });
        if (source.leaderPid === null) await this.#otherLeader(null, signal);
        else await this.#follow(source, source.leaderPid);
        attempt = 0;
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof AppError) || LASTING.has(error.code)) return this.#fail(error);
        const { reason = null, message, hint = null } = error;
        this.#tell({ type: "state", state: "unavailable", reason, message, hint });
        await this.#waitAfter(error, attempt);
      }
    }
  }

  /** The newest lines at first; then what was written meanwhile, of a journal that nothing follows. */
  async #readPast({ place, leaderPid }: JournalSource): Promise<void> {
    const { signal } = this.#end;
    if (this.#beginning === null) {
      const query = { place, filter: this.#filter, direction: "backward", limit: SNAPSHOT.lines, signal } as const;
      const { entries, ...beginning } = await (this.#filter.grep === undefined
        ? readJournalPage(query).then((page) => ({ ...page, searchedTo: null }))
        : searchBack(query));
      for (const entry of entries) this.#newest.push(entry);
      this.#beginning = beginning;
      return;
    }
    if (leaderPid === null) await this.#readRest(place);
  }

  async #readRest(place: JournalPlace): Promise<void> {
    const { signal } = this.#end;
    for (let more = true; more && !signal.aborted; ) {
      const query = { place, ...this.#position(), direction: "forward", limit: PAGE_LINES, signal } as const;
      const page = await readJournalPage(query).catch((error: unknown) => {
        // A pattern that fits nothing of it. The first reading has told all before it.
        if (error instanceof AppError && error.code === "TIMEOUT") return { entries: [], more: false };
        throw error;
      });
      for (const entry of page.entries) this.#add(entry);
      more = page.more;
    }
  }

  /** What prints the same in a shell. */
  #command({ place, leaderPid }: JournalSource): string {
    const follow = leaderPid === null ? [] : ["--merge", "--follow"];
    return formatCommand([
      "journalctl",
      place,
      ...follow,
      `--lines=${SNAPSHOT.lines}`,
      ...filterArguments(this.#filter),
    ]);
  }

  /**
   * Where the next reading goes on: after the last line, or, where none may have come for long, from what was not told yet. What a
   * pattern did not fit would all be searched again.
   */
  #position(): { cursor: string | undefined; filter: Omit<JournalFollowInput, "name"> } {
    const cursor = this.#newest.newest?.cursor;
    const { grep, since } = this.#filter;
    if (cursor !== undefined && (grep === undefined || microsOf(cursor) >= this.#toldToMs * 1000)) {
      return { cursor, filter: this.#filter };
    }
    const fromMs = Math.max(this.#toldToMs, since === undefined ? 0 : Date.parse(since));
    return { cursor: undefined, filter: { ...this.#filter, since: new Date(fromMs).toISOString() } };
  }

  /** Until the machine has stopped, or is another one. */
  async #follow({ place }: JournalSource, leaderPid: number): Promise<void> {
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#end.signal, stop.signal]);
    if (signal.aborted) return;
    void this.#otherLeader(leaderPid, signal).then(() => stop.abort());
    try {
      await followJournal({
        place,
        filter: this.#filter,
        cursor: this.#position().cursor ?? null,
        sinceMs: this.#toldToMs,
        onEntry: (entry) => this.#add(entry),
        signal,
      });
      this.#toldToMs = Math.max(this.#toldToMs, Date.now() - LATE_MS);
    } finally {
      stop.abort();
    }
  }

  #add(entry: JournalEntry): void {
    this.#newest.push(entry);
    for (const reader of this.#readers) reader.onEntry(entry);
  }

  #tell(state: JournalState): void {
    this.#state = state;
    for (const reader of this.#readers) reader.onState();
  }

  #fail(error: unknown): void {
    this.#failure = error;
    this.#end.abort();
    for (const reader of this.#readers) reader.onState();
  }

  /** Some refusals pass by themselves; others only when the machine starts, stops, or is put back. */
  async #waitAfter({ code, reason }: AppError, attempt: number): Promise<void> {
    const { signal } = this.#end;
    const row = this.#deps.world.machine(this.#name);
    const passes = code === "UNAVAILABLE" || reason === ("keeps-none" satisfies JournalRefusal);
    if (!passes) return this.#otherLeader(row?.leaderPid ?? null, signal);
    const ms = RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length - 1)];
    await delay(ms, undefined, { signal }).catch(() => undefined);
  }

  /** Waits until the machine's first process is another one, or none. */
  async #otherLeader(leaderPid: number | null, signal: AbortSignal): Promise<void> {
    const { world } = this.#deps;
    const changed = new Bell();
    const unsubscribe = world.subscribe(() => changed.ring());
    try {
      // Of a host that is not reachable nothing is known.
      while (!world.connected || (world.machine(this.#name)?.leaderPid ?? null) === leaderPid) {
        await changed.wait(signal);
        if (signal.aborted) return;
      }
    } finally {
      unsubscribe();
    }
  }
}
