import { beforeEach, describe, expect, it, vi } from "vitest";

import { AppError } from "@/lib/errors";
import type { JournalEntry } from "@/lib/journal";
import { type FollowQuery, followJournal, type PageQuery, readJournalPage } from "@/server/systemd/journal-reader";
import { JournalFeed } from "./journal-feed";
import { type FoundPage, searchBack } from "./search";
import { findJournal } from "./source";

vi.mock("./source", () => ({ findJournal: vi.fn() }));
vi.mock("./search", () => ({ searchBack: vi.fn() }));
vi.mock("@/server/systemd/journal-reader", async (original) => ({
  ...(await original<object>()),
  followJournal: vi.fn(),
  readJournalPage: vi.fn(),
}));

const HOUR_MS = 3_600_000;

const entryAt = (ms: number): JournalEntry => ({
  cursor: `s=0;i=1;b=0;m=0;t=${(ms * 1000).toString(16)};x=0`,
  at: new Date(ms).toISOString(),
  priority: 6,
  unit: null,
  identifier: "test",
  pid: null,
  message: "a word",
});
const pageOf = (...entries: JournalEntry[]): FoundPage => ({ entries, more: false, problems: [], searchedTo: null });
const late = () => new AppError("TIMEOUT", "Nothing was found.");

/** A machine that a test starts and stops. */
class FakeMachine {
  leaderPid: number | null = 1;
  readonly #watchers = new Set<() => void>();

  readonly world = {
    connected: true,
    machine: () => ({ leaderPid: this.leaderPid }),
    subscribe: (watcher: () => void) => {
      this.#watchers.add(watcher);
      return () => this.#watchers.delete(watcher);
    },
  };

  becomes(leaderPid: number | null): void {
    this.leaderPid = leaderPid;
    for (const watcher of this.#watchers) watcher();
  }
}

let machine: FakeMachine;
let follows: FollowQuery[];

const open = (filter: { grep?: string } = {}) =>
  new JournalFeed({ world: machine.world as never }, { name: "arch", ...filter });
/** Once the feed has nothing to do but to wait. */
const followed = (times: number) => vi.waitFor(() => expect(follows).toHaveLength(times), 10_000);

beforeEach(() => {
  vi.resetAllMocks();
  machine = new FakeMachine();
  follows = [];
  vi.mocked(findJournal).mockImplementation(async () => ({
    place: machine.leaderPid === null ? "--directory=/tree" : "--machine=arch",
    leaderPid: machine.leaderPid,
  }));
  vi.mocked(followJournal).mockImplementation(async (query) => {
    follows.push(query);
    await new Promise<void>((resolve) => {
      if (!query.signal.aborted) query.signal.addEventListener("abort", () => resolve());
    });
  });
  vi.mocked(searchBack).mockResolvedValue(pageOf());
  vi.mocked(readJournalPage).mockResolvedValue(pageOf());
});

describe("a search that is followed when its machine stops", () => {
  it("goes on, also where the rest of the journal could not be searched in its time", async () => {
    const feed = open({ grep: "a word" });
    await followed(1);
    vi.mocked(readJournalPage).mockRejectedValue(late());
    machine.becomes(null);
    await vi.waitFor(() => expect(feed.state?.state).toBe("stopped"), 10_000);
    expect(feed.failure).toBeNull();
    machine.becomes(2);
    await followed(2);
    expect(feed.state?.state).toBe("following");
    feed.close();
  });

  it("looks through what was written of late only, not again through all since the last line it found", async () => {
    const beganMs = Date.now();
    vi.mocked(searchBack).mockResolvedValue(pageOf(entryAt(beganMs - HOUR_MS)));
    const feed = open({ grep: "a word" });
    await followed(1);
    expect(follows[0]).toMatchObject({ cursor: null });
    expect(follows[0]?.sinceMs).toBeGreaterThanOrEqual(beganMs);
    machine.becomes(null);
    await vi.waitFor(() => expect(feed.state?.state).toBe("stopped"), 10_000);
    const asked: PageQuery | undefined = vi.mocked(readJournalPage).mock.lastCall?.[0];
    expect(asked?.cursor).toBeUndefined();
    expect(Date.parse(asked?.filter.since ?? "")).toBeGreaterThanOrEqual(beganMs);
    feed.close();
  });

  it("goes on after a line that has just come", async () => {
    const feed = open({ grep: "a word" });
    await followed(1);
    const entry = entryAt(Date.now());
    follows[0]?.onEntry(entry);
    machine.becomes(null);
    await vi.waitFor(() => expect(feed.state?.state).toBe("stopped"), 10_000);
    expect(vi.mocked(readJournalPage).mock.lastCall?.[0]).toMatchObject({ cursor: entry.cursor, direction: "forward" });
    feed.close();
  });

  it("fails where nothing was found in the time of the first reading", async () => {
    vi.mocked(searchBack).mockRejectedValue(late());
    const feed = open({ grep: "a word" });
    await vi.waitFor(() => expect(feed.failure).toMatchObject({ code: "TIMEOUT" }), 10_000);
  });
});

describe("a journal that is closed", () => {
  it("is followed no further, also where that is while it is looked for again", async () => {
    const feed = open();
    await followed(1);
    const looks: ((leaderPid: number) => void)[] = [];
    vi.mocked(findJournal).mockImplementation(
      () => new Promise((resolve) => looks.push((leaderPid) => resolve({ place: "--machine=arch", leaderPid }))),
    );
    machine.becomes(2);
    await vi.waitFor(() => expect(looks).toHaveLength(1), 10_000);
    feed.close();
    looks[0]?.(2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(follows).toHaveLength(1);
  });
});
