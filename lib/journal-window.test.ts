import { describe, expect, it } from "vitest";

import type { JournalEntry, JournalPage } from "./journal";
import {
  appendLive,
  appendNewer,
  countMissing,
  type JournalWindow,
  joinParts,
  joinSnapshot,
  MAX_LINES,
  openAt,
  prependOlder,
} from "./journal-window";

const entry = (n: number): JournalEntry => ({
  cursor: String(n),
  at: "2026-11-24T07:54:53.055Z",
  priority: 6,
  unit: null,
  identifier: "test",
  pid: null,
  message: `line ${n}`,
});
/** The entries of first … last. */
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, at) => entry(first + at));
const page = (entries: JournalEntry[], more: boolean): JournalPage => ({
  entries,
  nextCursor: more ? "more" : null,
  searchedTo: null,
  problems: [],
  command: "",
});
const snapshot = (entries: JournalEntry[], more: boolean) => ({ entries, more, searchedTo: null });
const ends = ({ lines }: JournalWindow) => [lines.at(0)?.entry.cursor, lines.at(-1)?.entry.cursor].map(Number);
const newest = (first: number, last: number, more = true) => joinSnapshot(null, snapshot(range(first, last), more));

describe("the lines of a journal that a page holds", () => {
  it("begin with the newest, and grow as they are written", () => {
    const window = appendLive(newest(101, 200), range(201, 210), 0, true);
    expect(ends(window)).toEqual([101, 210]);
    expect(window).toMatchObject({ older: true, newer: false, unseen: 0 });
  });

  it("tell where lines were dropped, and count them for who does not look at the end", () => {
    const window = appendLive(newest(1, 5, false), range(9, 10), 3, false);
    expect(window.lines.map(({ gap }) => gap)).toEqual([0, 0, 0, 0, 0, 3, 0]);
    expect(window.unseen).toBe(5);
    expect(countMissing(window)).toBe(3);
    expect(appendLive(window, range(11, 11), 0, true).unseen).toBe(0);
  });

  it("go on after the connection was lost, without a line twice", () => {
    const window = joinSnapshot(newest(1, 50), snapshot(range(40, 70), true));
    expect(window.lines.map(({ entry: { cursor } }) => Number(cursor))).toEqual(
      range(1, 70).map((e) => Number(e.cursor)),
    );
    expect(joinSnapshot(window, snapshot(range(60, 70), true))).toBe(window);
  });

  it("go on over lines that journald has moved from memory to disk meanwhile", () => {
    const cursorAt = (file: string, n: number) => `s=${file};i=${n};b=1;m=${n};t=${n};x=${n}`;
    const of = (file: string, entries: JournalEntry[]) =>
      entries.map((one, n) => ({ ...one, cursor: cursorAt(file, n) }));
    const window = joinSnapshot(null, snapshot(of("memory", range(1, 3)), false));
    const joined = joinSnapshot(window, snapshot(of("disk", range(1, 5)), false));
    expect(joined.lines.map(({ entry: { message } }) => message)).toEqual(range(1, 5).map(({ message }) => message));
  });

  it("hold no line twice that came both with a page and as it was written", () => {
    const window = appendLive(newest(1, 5, false), range(4, 7), 0, true);
    expect(window.lines.map(({ entry: { cursor } }) => Number(cursor))).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(appendLive(window, range(5, 6), 0, true).lines).toHaveLength(7);
  });

  it("stay where they are read, also when the connection comes back", () => {
    const read = joinSnapshot(newest(1, MAX_LINES, false), snapshot(range(MAX_LINES, MAX_LINES + 3), true), false);
    expect(ends(read)).toEqual([1, MAX_LINES]);
    expect(read).toMatchObject({ newer: true, unseen: 3 });
  });

  it("begin anew where lines are missing between, and tell it until those are read", () => {
    const window = joinSnapshot(newest(1, 50), snapshot(range(60, 70), true));
    expect(ends(window)).toEqual([60, 70]);
    expect(window).toMatchObject({ older: true, newer: false });
    expect(window.lines.map(({ gap }) => gap)).toEqual([null, ...Array<number>(10).fill(0)]);
    const back = prependOlder(window, page(range(40, 59), true));
    expect(back.lines.every(({ gap }) => gap === 0)).toBe(true);
  });

  it("tell of nothing missing where there was nothing before, or the journal is another one", () => {
    const begun = joinSnapshot(newest(1, 0, false), snapshot(range(1, 5), true));
    const another = joinSnapshot(newest(1, 50), snapshot(range(60, 70), false));
    for (const { lines } of [begun, another]) expect(lines.every(({ gap }) => gap === 0)).toBe(true);
  });

  it("stay where they are read when lines are missing after them, which are read on to", () => {
    const window = joinSnapshot(newest(1, 50), snapshot(range(60, 70), true), false);
    expect(ends(window)).toEqual([1, 50]);
    expect(window.newer).toBe(true);
    const forth = appendNewer(window, page(range(51, 70), false));
    expect(ends(forth)).toEqual([1, 70]);
    expect(forth.newer).toBe(false);
  });

  it("are bounded: who follows forgets the oldest, who reads keeps them and has the newest read again", () => {
    const full = newest(1, MAX_LINES, false);
    const followed = appendLive(full, range(MAX_LINES + 1, MAX_LINES + 10), 0, true);
    expect(ends(followed)).toEqual([11, MAX_LINES + 10]);
    expect(followed.older).toBe(true);
    const read = appendLive(full, range(MAX_LINES + 1, MAX_LINES + 10), 0, false);
    expect(ends(read)).toEqual([1, MAX_LINES]);
    expect(read).toMatchObject({ newer: true, unseen: 10 });
    expect(appendLive(read, range(MAX_LINES + 11, MAX_LINES + 12), 0, false)).toMatchObject({ unseen: 12 });
  });

  it("reach back by pages, and forward again to the end", () => {
    const first = newest(MAX_LINES + 1, 2 * MAX_LINES);
    const back = prependOlder(first, page(range(MAX_LINES - 199, MAX_LINES), true));
    expect(ends(back)).toEqual([MAX_LINES - 199, 2 * MAX_LINES - 200]);
    expect(back).toMatchObject({ older: true, newer: true });
    expect(prependOlder(back, page([], false)).older).toBe(false);
    const forth = appendNewer(back, page(range(2 * MAX_LINES - 199, 2 * MAX_LINES), false));
    expect(ends(forth)).toEqual([MAX_LINES + 1, 2 * MAX_LINES]);
    expect(forth).toMatchObject({ older: true, newer: false, unseen: 0 });
  });

  it("stay where they are while the connection is made anew, if the reader is elsewhere", () => {
    const past = openAt(page(range(1, 10), true));
    expect(past).toMatchObject({ older: true, newer: true });
    expect(joinSnapshot(past, snapshot(range(500, 600), true))).toBe(past);
    expect(appendLive(past, range(601, 603), 2, false)).toMatchObject({ lines: past.lines, unseen: 5 });
  });

  it("come in parts, which begin anew with the connection", () => {
    const first = joinParts([], { entries: range(1, 3), part: 1 });
    expect(joinParts(first, { entries: range(4, 5), part: 2 })).toEqual(range(1, 5));
    expect(joinParts(first, { entries: range(2, 4), part: 1 })).toEqual(range(2, 4));
  });

  it("keep what a slow search has found when the connection is made anew, and that begins again", () => {
    const [near, far] = ["2026-11-23T00:00:00.000Z", "2026-11-10T00:00:00.000Z"];
    const begun = joinSnapshot(null, { entries: range(101, 103), more: true, searchedTo: near });
    const further = prependOlder(begun, { ...page(range(1, 2), true), searchedTo: far });
    const again = (entries: JournalEntry[]) => joinSnapshot(further, { entries, more: true, searchedTo: near });
    expect(again(range(101, 103))).toBe(further);
    expect(again([])).toBe(further);
    for (const entries of [range(101, 105), range(104, 105)]) {
      const window = again(entries);
      expect(window.lines.map(({ entry: { cursor } }) => Number(cursor))).toEqual([1, 2, 101, 102, 103, 104, 105]);
      expect(window.lines.every(({ gap }) => gap === 0)).toBe(true);
      expect(window).toMatchObject({ older: true, searchedTo: far });
    }
    const over = prependOlder(further, page([], false));
    expect(joinSnapshot(over, { entries: range(101, 103), more: true, searchedTo: near })).toBe(over);
    const empty = joinSnapshot(null, { entries: [], more: true, searchedTo: far });
    const found = joinSnapshot(empty, { entries: range(1, 2), more: true, searchedTo: near });
    expect(found).toMatchObject({ older: true, searchedTo: far });
    expect(ends(found)).toEqual([1, 2]);
  });

  it("say how far back was searched for them, until the search is over", () => {
    const searchedTo = "2026-11-20T00:00:00.000Z";
    const window = joinSnapshot(null, { entries: [], more: true, searchedTo });
    expect(window).toMatchObject({ lines: [], older: true, searchedTo });
    const further = prependOlder(window, { ...page([], true), searchedTo: "2026-11-10T00:00:00.000Z" });
    expect(further).toMatchObject({ older: true, searchedTo: "2026-11-10T00:00:00.000Z" });
    expect(appendLive(further, range(1, 2), 0, true).searchedTo).toBe(further.searchedTo);
    // Lines that were forgotten are before the first now.
    const full = appendLive(further, range(1, MAX_LINES + 1), 0, true);
    expect(full).toMatchObject({ older: true, searchedTo: null });
    expect(prependOlder(further, page(range(1, 2), true))).toMatchObject({ older: true, searchedTo: null });
    expect(prependOlder(further, page([], false))).toMatchObject({ older: false, searchedTo: null });
  });
});
