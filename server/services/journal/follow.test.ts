import { beforeEach, describe, expect, it, vi } from "vitest";

import { AppError } from "@/lib/errors";
import type { JournalEntry, JournalEvent, JournalState } from "@/lib/journal";
import { followJournal } from "./follow";
import type { FeedReader, JournalSnapshot } from "./journal-feed";

const input = { name: "arch" };
const entry = (n: number): JournalEntry => ({
  cursor: String(n),
  at: "2026-11-24T07:54:53.055Z",
  priority: 6,
  unit: null,
  identifier: "test",
  pid: null,
  message: `line ${n}`,
});

/** What the journal of a machine tells, by hand. */
class FakeFeed {
  state: JournalState | null = null;
  failure: unknown = null;
  begun: JournalSnapshot | null = null;
  readonly readers = new Set<FeedReader>();
  released = 0;

  release(): void {
    this.released += 1;
  }

  snapshot = () => this.begun;
  subscribe = (reader: FeedReader) => {
    this.readers.add(reader);
    return () => this.readers.delete(reader);
  };

  begin(...entries: JournalEntry[]): void {
    this.begun = { type: "snapshot", entries, more: false, problems: [] };
    this.tell("following");
  }

  tell(state: "following" | "stopped"): void {
    this.state = { type: "state", state, command: "journalctl" };
    for (const reader of this.readers) reader.onState();
  }

  write(first: number, last: number): void {
    for (let n = first; n <= last; n += 1) for (const reader of this.readers) reader.onEntry(entry(n));
  }
}

let feed: FakeFeed;
let abort: AbortController;
let backlog: number;

function follow(): AsyncGenerator<JournalEvent> {
  const machine = { name: "arch" };
  const deps = {
    world: { connected: true, machine: () => machine } as never,
    journals: { acquire: () => ({ feed, release: () => feed.release() }) },
  };
  return followJournal(deps, input, { signal: abort.signal, backlogBytes: () => backlog });
}

async function next(events: AsyncGenerator<JournalEvent>): Promise<JournalEvent> {
  const { value, done } = await events.next();
  if (done) throw new Error("it has ended");
  return value;
}

beforeEach(() => {
  feed = new FakeFeed();
  abort = new AbortController();
  backlog = 0;
});

describe("a journal that is followed", () => {
  it("begins with the newest lines, then tells what is written in batches", async () => {
    const events = follow();
    const first = next(events);
    feed.begin(entry(1), entry(2));
    expect(await first).toMatchObject({ type: "snapshot", entries: [{ cursor: "1" }, { cursor: "2" }] });
    expect(await next(events)).toMatchObject({ type: "state", state: "following" });
    feed.write(3, 500);
    const batch = await next(events);
    expect(batch).toMatchObject({ type: "lines", gap: 0 });
    expect("entries" in batch && batch.entries.map(({ cursor }) => Number(cursor))).toEqual(
      Array.from({ length: 498 }, (_, index) => index + 3),
    );
    abort.abort();
    expect((await events.next()).done).toBe(true);
    expect(feed.readers.size).toBe(0);
    expect(feed.released).toBe(1);
  });

  it("waits for a page that lags, and tells it what it lost", async () => {
    const events = follow();
    const first = next(events);
    feed.begin();
    await first;
    await next(events);
    backlog = Number.POSITIVE_INFINITY;
    const later = next(events);
    feed.write(1, 25_000);
    feed.tell("stopped");
    // States are few, and pass the lines that wait.
    expect(await later).toMatchObject({ type: "state", state: "stopped" });
    backlog = 0;
    let lines = 0;
    let gap = 0;
    let last = 0;
    while (lines + gap < 25_000) {
      const event = await next(events);
      if (event.type !== "lines") throw new Error(event.type);
      gap += event.gap;
      for (const { cursor } of event.entries) {
        expect(Number(cursor)).toBeGreaterThan(last);
        last = Number(cursor);
      }
      lines += event.entries.length;
    }
    expect([lines, gap, last]).toEqual([20_000, 5000, 25_000]);
    abort.abort();
    await events.next();
  });

  it("ends with what the journal failed of", async () => {
    const events = follow();
    const first = next(events);
    feed.failure = new AppError("INVALID", "The pattern is not understood.", { reason: "bad-pattern" });
    for (const reader of feed.readers) reader.onState();
    await expect(first).rejects.toMatchObject({ reason: "bad-pattern" });
    expect(feed.released).toBe(1);
  });

  it("is not begun for a machine that is not there", async () => {
    const deps = { world: { connected: true, machine: () => undefined } as never, journals: { acquire: vi.fn() } };
    const events = followJournal(deps, input, { signal: abort.signal });
    await expect(events.next()).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(deps.journals.acquire).not.toHaveBeenCalled();
  });
});
