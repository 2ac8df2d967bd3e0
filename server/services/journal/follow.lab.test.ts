import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import type { JournalEvent, JournalFollowInput, JournalState } from "@/lib/journal";
import { isSameEntry } from "@/lib/journal-cursor";
import { command, TestMachine, UNITS } from "../test-machine";
import { followJournal } from "./follow";
import { cursorsOf, type JournalHost, loudUnit, openJournalHost } from "./test-journal";

const FAST_LINES = 30_000;
/** A page that does not take anything. */
const STUCK = Number.POSITIVE_INFINITY;

let host: JournalHost;
let machine: TestMachine;
let listeners: Listener[] = [];

/** What a page has of a journal. */
class Listener {
  readonly cursors: string[] = [];
  readonly messages: string[] = [];
  readonly states: JournalState["state"][] = [];
  readonly batches: number[] = [];
  snapshots = 0;
  lines = 0;
  gap = 0;
  backlog = 0;
  readonly #abort = new AbortController();
  readonly done: Promise<unknown>;

  constructor(filter: Omit<JournalFollowInput, "name"> = {}) {
    const options = { userId: "ada", signal: this.#abort.signal, backlogBytes: () => this.backlog };
    const events = followJournal(host.deps, { name: machine.name, ...filter }, options);
    this.done = this.#listen(events).catch((error: unknown) => error);
    listeners.push(this);
  }

  async #listen(events: AsyncGenerator<JournalEvent>): Promise<void> {
    for await (const event of events) {
      if (event.type === "state") {
        this.states.push(event.state);
        continue;
      }
      if (event.type === "snapshot") {
        if (event.part === 1) this.snapshots += 1;
      } else {
        this.lines += event.entries.length;
        this.gap += event.gap;
        this.batches.push(event.entries.length);
      }
      for (const { cursor, message } of event.entries) {
        this.cursors.push(cursor);
        this.messages.push(message);
      }
    }
  }

  async following(): Promise<this> {
    await vi.waitFor(() => expect(this.states.at(-1)).toBe("following"), 30_000);
    return this;
  }

  close(): Promise<unknown> {
    this.#abort.abort();
    return this.done;
  }
}

/** Once all of it is written: a unit has ended before journald has taken its last lines. */
async function linesOfFast(): Promise<number> {
  const last = () => machine.journalctl("-o", "cat", "-u", "fast.service", "-g", `^(fast ${FAST_LINES}$|Finished )`);
  await vi.waitFor(() => expect(last()).toHaveLength(2), 30_000);
  return machine.journalctl("-o", "cat", "-u", "fast.service").length;
}

/** journalctl processes that read this machine's journal along. */
function followers(): number {
  const all = command("/usr/bin/ps", "-eo", "args").split("\n");
  return all.filter((line) => line.includes("--follow") && line.includes(`--machine=${machine.name}`)).length;
}

beforeAll(async () => {
  host = await openJournalHost();
});

beforeEach(async () => {
  machine = new TestMachine("journal-follow", host.deps.world);
  await machine.place({
    "root/fast.sh": `exec /usr/bin/seq -f 'fast %.0f' 1 ${FAST_LINES}`,
    [`${UNITS}/fast.service`]: loudUnit("/root/fast.sh"),
    [`${UNITS}/word.service`]: loudUnit("/root/word.sh"),
    "root/word.sh": "echo a word",
    [`${UNITS}/parting.service`]:
      "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\nExecStop=/bin/echo a parting word\n",
  });
  await machine.start();
});

// A loud machine would be in the way of whatever runs next.
afterEach(async () => {
  await Promise.all(listeners.map((listener) => listener.close()));
  listeners = [];
  machine.remove();
});

afterAll(() => host.close());

describe("a journal that is followed", () => {
  it("comes whole, in order and in batches, from a unit that logs as fast as it can; one process reads for all", async () => {
    const filter = { units: ["fast.service"] };
    const [one, other] = [new Listener(filter), new Listener(filter)];
    await Promise.all([one.following(), other.following()]);
    expect(host.deps.journals.size).toBe(1);
    await vi.waitFor(() => expect(followers()).toBe(1), 30_000);
    machine.systemctl("start", "fast.service");
    const expected = Array.from({ length: FAST_LINES }, (_, index) => `fast ${index + 1}`);
    const total = await linesOfFast();
    for (const listener of [one, other]) {
      await vi.waitFor(() => expect(listener.lines).toBe(total), 60_000);
      expect(listener.messages.filter((message) => message.startsWith("fast "))).toEqual(expected);
      expect(listener.gap).toBe(0);
      expect(listener.batches.length).toBeLessThan(FAST_LINES / 20);
    }
    await Promise.all([one.close(), other.close()]);
    await vi.waitFor(() => expect(followers()).toBe(0), 30_000);
    expect(host.deps.journals.size).toBe(0);
  });

  it("tells a page that lags exactly how many lines it missed, and nobody else", async () => {
    const filter = { units: ["fast.service"] };
    const [stuck, brisk] = [new Listener(filter), new Listener(filter)];
    await Promise.all([stuck.following(), brisk.following()]);
    stuck.backlog = STUCK;
    machine.systemctl("start", "fast.service");
    const total = await linesOfFast();
    await vi.waitFor(() => expect(brisk.lines).toBe(total), 60_000);
    expect(stuck.lines).toBe(0);
    stuck.backlog = 0;
    await vi.waitFor(() => expect(stuck.lines + stuck.gap).toBe(total), 30_000);
    expect(brisk.gap).toBe(0);
    expect(stuck.gap).toBeGreaterThan(0);
    // What it did get is in order, and the end of it.
    expect(stuck.cursors).toEqual(brisk.cursors.slice(-stuck.cursors.length));
  });

  it("goes on through a stop and a start, without a line lost or told twice", async () => {
    const listener = await new Listener().following();
    await machine.powerOff();
    await vi.waitFor(() => expect(listener.states.at(-1)).toBe("stopped"), 30_000);
    expect(followers()).toBe(0);
    await machine.start();
    await vi.waitFor(() => expect(listener.states.at(-1)).toBe("following"), 30_000);
    machine.systemctl("start", "word.service");
    await vi.waitFor(() => expect(listener.messages).toContain("a word"), 30_000);
    expect(listener.states).toEqual(["following", "stopped", "following"]);
    expect(listener.snapshots).toBe(1);
    const theirs = cursorsOf(machine.journalctl("-o", "json", "--output-fields=_PID", "-m"));
    // Lines of an early moment have moved from memory to disk since.
    const same = theirs.slice(0, listener.cursors.length).filter((one, n) => isSameEntry(one, listener.cursors[n]));
    expect(same).toHaveLength(listener.cursors.length);
  });

  it("is narrowed by a pattern, and ends where that is none", async () => {
    const listener = await new Listener({ grep: "^a word$" }).following();
    expect(listener.messages).toEqual([]);
    machine.systemctl("start", "word.service");
    await vi.waitFor(() => expect(listener.messages).toEqual(["a word"]), 30_000);
    const bad = new Listener({ grep: "(" });
    expect(await bad.done).toMatchObject({ code: "INVALID", reason: "bad-pattern" });
  });

  it("is told to the last line that fits a pattern, through stops and starts, and each once", async () => {
    const listener = await new Listener({ grep: "^a parting word$" }).following();
    for (const stops of [1, 2]) {
      machine.systemctl("start", "parting.service");
      await machine.powerOff();
      await vi.waitFor(() => expect(listener.states.at(-1)).toBe("stopped"), 30_000);
      expect(listener.messages).toHaveLength(stops);
      await machine.start();
      await listener.following();
    }
    machine.systemctl("restart", "parting.service");
    machine.systemctl("stop", "parting.service");
    await vi.waitFor(() => expect(listener.messages).toHaveLength(3), 30_000);
    expect(new Set(listener.cursors).size).toBe(3);
  });
});
