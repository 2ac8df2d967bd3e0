import { beforeEach, describe, expect, it, vi } from "vitest";

import { AppError } from "@/lib/errors";
import type { JournalEntry, JournalEvent, JournalState } from "@/lib/journal";
import { appendLive, countMissing, joinSnapshot, MAX_LINES } from "@/lib/journal-window";
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
    this.begun = { type: "snapshot", entries, more: false, searchedTo: null, problems: [] };
    this.tell("following");
  }

  tell(state: "following" | "stopped"): void {
    this.state = { type: "state", state, command: "journalctl" };
    for (const reader of this.readers) reader.onState();
  }

  write(first: number, last: number, message?: string): void {
    for (let n = first; n <= last; n += 1) {
      const written = { ...entry(n), ...(message !== undefined && { message }) };
      for (const reader of this.readers) reader.onEntry(written);
    }
  }
}

let feed: FakeFeed;
let abort: AbortController;
let backlog: number;

const acquire = vi.fn(() => ({ feed, release: () => feed.release() }));

function follow(): AsyncGenerator<JournalEvent> {
  const machine = { name: "arch" };
  const deps = {
    world: { connected: true, machine: () => machine } as never,
    journals: { acquire },
  };
  return followJournal(deps, input, { userId: "ada", signal: abort.signal, backlogBytes: () => backlog });
}

/** Of a journal without a line yet; what is written next is told as lines. */
async function followEmpty(): Promise<AsyncGenerator<JournalEvent>> {
  const events = follow();
  const first = next(events);
  feed.begin();
  await first;
  await next(events);
  return events;
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

  it("begins in parts where much was written: over a slow link each of them is a sign of life", async () => {
    const events = follow();
    const first = next(events);
    const long = Array.from({ length: 40 }, (_, n) => ({ ...entry(n), message: "日".repeat(4 * 1024) }));
    feed.begin(...long);
    const parts = [await first];
    for (let last = parts[0]; last?.type === "snapshot" && last.part < last.parts; last = parts.at(-1))
      parts.push(await next(events));
    expect(parts.length).toBeGreaterThan(4);
    for (const part of parts) expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThan(100 * 1024);
    expect(parts.flatMap((part) => (part.type === "snapshot" ? part.entries : []))).toEqual(long);
    expect(await next(events)).toMatchObject({ type: "state", state: "following" });
    abort.abort();
    await events.next();
  });

  it("waits for a page that lags, and tells it what it lost, where the page still shows it", async () => {
    const events = follow();
    const first = next(events);
    feed.begin(entry(1));
    let window = joinSnapshot(null, { entries: [entry(1)], more: false, searchedTo: null });
    await first;
    await next(events);
    backlog = Number.POSITIVE_INFINITY;
    const later = next(events);
    feed.write(2, 20_001);
    feed.tell("stopped");
    // States are few, and pass the lines that wait.
    expect(await later).toMatchObject({ type: "state", state: "stopped" });
    backlog = 0;
    while (window.lines.at(-1)?.entry.cursor !== "20001") {
      const event = await next(events);
      if (event.type !== "lines") throw new Error(event.type);
      window = appendLive(window, event.entries, event.gap, true);
    }
    expect(window.lines.length).toBeLessThan(MAX_LINES);
    expect(window.lines.length + countMissing(window)).toBe(20_001);
    const at = window.lines.findIndex(({ gap }) => gap !== 0);
    expect(window.lines[at]).toMatchObject({ gap: 16_000, entry: { cursor: "16002" } });
    abort.abort();
    await events.next();
  });

  it("never has more on its way, or waiting, than its bounds: long lines, and a page that takes nothing", async () => {
    const events = await followEmpty();
    const long = "日".repeat(16 * 1024);
    const sent: JournalEvent[] = [];
    const size = () => sent.reduce((sum, event) => sum + Buffer.byteLength(JSON.stringify(event)), 0);
    backlog = 0;
    for (let batch = 0; batch < 20; batch += 1) {
      const later = next(events);
      feed.write(batch * 100 + 1, batch * 100 + 100, long);
      backlog = size();
      if (backlog > 128 * 1024) feed.tell(batch % 2 === 0 ? "stopped" : "following");
      sent.push(await later);
    }
    expect(size()).toBeLessThan(512 * 1024);
    backlog = 0;
    // What waited is the end of it, 4 MiB at most.
    const rest: JournalEvent[] = [];
    const told = () => [...sent, ...rest].flatMap((event) => (event.type === "lines" ? [event] : []));
    while (told().at(-1)?.entries.at(-1)?.cursor !== "2000") rest.push(await next(events));
    expect(Buffer.byteLength(JSON.stringify(rest))).toBeLessThan(4.1 * 1024 * 1024);
    for (const event of rest) expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(100 * 1024);
    expect(told().reduce((sum, { entries, gap }) => sum + entries.length + gap, 0)).toBe(2000);
    abort.abort();
    await events.next();
  });

  it("begins when the page has taken what was sent before", async () => {
    backlog = Number.POSITIVE_INFINITY;
    const events = follow();
    const first = next(events);
    feed.begin(entry(1));
    expect(await first).toMatchObject({ type: "state" });
    const later = next(events);
    feed.begin(entry(1), entry(2));
    backlog = 0;
    expect(await later).toMatchObject({ type: "snapshot", entries: [{ cursor: "1" }, { cursor: "2" }] });
    abort.abort();
    await events.next();
  });

  it("loses nothing of a page that takes each batch a moment after it was sent", async () => {
    const [turns, perTurn] = [40, 500];
    const events = await followEmpty();
    let [lines, gap] = [0, 0];
    const read = async () => {
      while (lines + gap < turns * perTurn) {
        const event = await next(events);
        if (event.type !== "lines") continue;
        backlog = Buffer.byteLength(JSON.stringify(event));
        setTimeout(() => {
          backlog = 0;
        }, 1);
        lines += event.entries.length;
        gap += event.gap;
      }
    };
    const reading = read();
    for (let turn = 0; turn < turns; turn += 1) {
      feed.write(turn * perTurn + 1, (turn + 1) * perTurn, "x".repeat(300));
      // 250 kB in so many milliseconds.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await reading;
    expect([lines, gap]).toEqual([turns * perTurn, 0]);
    abort.abort();
    await events.next();
  });

  it("loses nothing of a page that keeps up, however much is written at once", async () => {
    const events = await followEmpty();
    let [lines, gap] = [0, 0];
    const read = async () => {
      for await (const event of events) {
        if (event.type !== "lines") continue;
        lines += event.entries.length;
        gap += event.gap;
        if (lines + gap === 40_000) return;
      }
    };
    const reading = read();
    for (let begin = 1; begin < 40_000; begin += 500) {
      feed.write(begin, begin + 499);
      // As the next piece of journalctl's output comes: not in the same turn.
      await new Promise(setImmediate);
    }
    await reading;
    expect([lines, gap]).toEqual([40_000, 0]);
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

  it("takes a place of the person who reads it", async () => {
    const events = await followEmpty();
    expect(acquire).toHaveBeenLastCalledWith(input, "ada");
    abort.abort();
    await events.next();
  });

  it("is not begun for a machine that is not there", async () => {
    const deps = { world: { connected: true, machine: () => undefined } as never, journals: { acquire: vi.fn() } };
    const events = followJournal(deps, input, { userId: "ada", signal: abort.signal });
    await expect(events.next()).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(deps.journals.acquire).not.toHaveBeenCalled();
  });
});
