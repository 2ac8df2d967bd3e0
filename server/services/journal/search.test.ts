import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { AppError } from "@/lib/errors";
import type { JournalEntry } from "@/lib/journal";
import { searchMark } from "@/lib/journal-cursor";
import type { Page, PageQuery } from "@/server/systemd/journal-reader";
import { searchBack } from "./search";

const BEGAN_MS = Date.parse("2026-11-01T00:00:00.000Z");
const HOUR_MS = 3_600_000;
const LIMIT = 5;

const entryAt = (ms: number, n: number): JournalEntry => ({
  cursor: `s=0;i=${n.toString(16)};b=0;m=0;t=${(ms * 1000).toString(16)};x=0`,
  at: new Date(ms).toISOString(),
  priority: 6,
  unit: null,
  identifier: "test",
  pid: null,
  message: n % 1000 === 0 ? "rare" : "common",
});

/** A journal with an entry a minute, of which journalctl looks at so many a second. */
class SlowJournal {
  nowMs: number;
  asked = 0;
  readonly #entries: JournalEntry[];
  readonly #perSec: number;

  constructor(hours: number, perSec: number) {
    this.#perSec = perSec;
    this.#entries = Array.from({ length: hours * 60 }, (_, n) => entryAt(BEGAN_MS + n * 60_000, n + 1));
    this.nowMs = BEGAN_MS + hours * HOUR_MS;
  }

  get rare(): string[] {
    return this.#entries.filter(({ message }) => message === "rare").map(({ cursor }) => cursor);
  }

  now = () => this.nowMs;

  /** As readJournalPage: nothing within the deadline is TIMEOUT, something is an answer. */
  read = async ({ filter, direction, cursor, before, limit, deadlineMs = 10_000 }: PageQuery): Promise<Page> => {
    this.asked += 1;
    if (direction === "forward") return { entries: this.#entries.slice(0, limit), more: true, problems: [] };
    const anchor = cursor ?? before;
    const end = anchor === undefined ? this.#entries.length : this.#entries.findIndex((one) => one.cursor === anchor);
    const looked = this.#entries
      .slice(0, end)
      .filter(({ at }) => (filter.since ?? "") <= at && at <= (filter.until ?? "3"))
      .toReversed();
    const inTime = looked.slice(0, (this.#perSec * deadlineMs) / 1000);
    this.nowMs += Math.min(deadlineMs, (looked.length / this.#perSec) * 1000);
    const found = inTime.filter(({ message }) => filter.grep === undefined || message === filter.grep);
    const late = inTime.length < looked.length;
    if (late && found.length === 0) throw new AppError("TIMEOUT", "Nothing was found.");
    return { entries: found.slice(0, limit).toReversed(), more: found.length > limit || late, problems: [] };
  };

  search({ cursor, grep = "rare" }: { cursor?: string; grep?: string } = {}) {
    const query: PageQuery = { place: "--machine=x", filter: { grep }, direction: "backward", cursor, limit: LIMIT };
    return searchBack(query, { read: this.read, now: this.now });
  }

  /** All there is, as a reader who always goes on. */
  async searchAll(): Promise<string[]> {
    const all: string[] = [];
    let cursor: string | undefined;
    let lastTo = "3";
    for (let more = true; more; ) {
      const beganMs = this.nowMs;
      const page = await this.search({ ...(cursor !== undefined && { cursor }) });
      expect(this.nowMs - beganMs).toBeLessThanOrEqual(14_000);
      all.unshift(...page.entries.map(({ cursor }) => cursor));
      ({ more } = page);
      if (page.searchedTo !== null) {
        expect(page.entries).toEqual([]);
        expect(page.searchedTo < lastTo).toBe(true);
        lastTo = page.searchedTo;
        cursor = searchMark(page.searchedTo);
      } else cursor = page.entries[0]?.cursor;
    }
    return all;
  }
}

describe("a search back through a journal", () => {
  it("is one question where it is quick", async () => {
    const journal = new SlowJournal(100, 1_000_000);
    const page = await journal.search({ grep: "common" });
    expect(page.entries).toHaveLength(LIMIT);
    expect(page).toMatchObject({ more: true, searchedTo: null });
    expect(journal.asked).toBe(1);
  });

  it("tells how far it came where it found nothing in its time, and goes on from there", async () => {
    const journal = new SlowJournal(24 * 7, 50);
    const page = await journal.search({ grep: "never" });
    expect(page).toMatchObject({ entries: [], more: true });
    const { searchedTo } = page;
    expect(searchedTo).not.toBeNull();
    const further = await journal.search({ grep: "never", cursor: searchMark(searchedTo ?? "") });
    expect(Date.parse(further.searchedTo ?? "")).toBeLessThan(Date.parse(searchedTo ?? ""));
  });

  it("ends at the beginning of the journal", async () => {
    const journal = new SlowJournal(24, 100);
    let page = await journal.search({ grep: "never" });
    for (let asked = 0; page.searchedTo !== null && asked < 100; asked += 1) {
      page = await journal.search({ grep: "never", cursor: searchMark(page.searchedTo) });
    }
    expect(page).toEqual({ entries: [], more: false, problems: [], searchedTo: null });
    const cursor = searchMark(new Date(BEGAN_MS - 1).toISOString());
    expect(await journal.search({ cursor })).toMatchObject({ more: false });
  });

  it("finds each line once, however slow the journal is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 30, max: 3000 }), async (hours, perSec) => {
        const journal = new SlowJournal(hours, perSec);
        expect(await journal.searchAll()).toEqual(journal.rare);
      }),
      { numRuns: 50 },
    );
  });

  it("goes on without the oldest entry where that is not found soon, and keeps its time", async () => {
    const journal = new SlowJournal(200, 50);
    const { read } = journal;
    journal.read = async (query) => {
      if (query.direction === "backward") return read(query);
      journal.nowMs += query.deadlineMs ?? HOUR_MS;
      throw new AppError("TIMEOUT", "Nothing was found.");
    };
    expect(await journal.searchAll()).toEqual(journal.rare);
  });

  it("tells each problem once, in however many stretches it stood in the way", async () => {
    const journal = new SlowJournal(24 * 7, 50);
    const { read } = journal;
    const problem = { file: "system.journal", problem: "corrupted", text: "ignoring file" } as const;
    journal.read = async (query) => ({ ...(await read(query)), problems: [problem] });
    const page = await journal.search({ grep: "never" });
    expect(page.searchedTo).not.toBeNull();
    expect(page.problems).toEqual([problem]);
  });

  it("looks behind the oldest entry's time too: a clock may have been set back after it", async () => {
    const oldest = entryAt(BEGAN_MS + HOUR_MS, 1);
    const earlier = entryAt(BEGAN_MS, 2);
    const asked: PageQuery[] = [];
    const read = async (query: PageQuery): Promise<Page> => {
      asked.push(query);
      if (asked.length === 1) throw new AppError("TIMEOUT", "Nothing was found.");
      const fits = (query.filter.since ?? "") <= earlier.at && query.direction === "backward";
      return { entries: fits ? [earlier] : query.direction === "forward" ? [oldest] : [], more: false, problems: [] };
    };
    const query = { place: "--machine=x", direction: "backward", limit: LIMIT } as const;
    const page = await searchBack({ ...query, filter: { grep: "common" } }, { read });
    expect(page).toMatchObject({ entries: [earlier], more: false });
    asked.length = 0;
    const since = oldest.at;
    expect((await searchBack({ ...query, filter: { grep: "common", since } }, { read })).entries).toEqual([]);
    expect(asked.at(-1)?.filter.since).toBe(since);
  });

  it("fails where not even a moment could be searched, and for any other reason at once", async () => {
    const journal = new SlowJournal(100, 0);
    const cursor = searchMark(new Date(BEGAN_MS + HOUR_MS).toISOString());
    await expect(journal.search({ cursor })).rejects.toMatchObject({ code: "TIMEOUT", hint: expect.any(String) });
    const read = async () => {
      throw new AppError("INVALID", "no pattern");
    };
    const query: PageQuery = { place: "--machine=x", filter: { grep: "(" }, direction: "backward", limit: 1 };
    await expect(searchBack(query, { read })).rejects.toMatchObject({ code: "INVALID" });
  });
});
