import pino from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { type FeedLease, JournalHub } from "./journal-hub";

const MOST = 32;
const LINGER_MS = 2000;

let hub: JournalHub;
/** Feeds that wait for their machine: each listens to the world until it is closed. */
let listening: number;

const nameOf = (n: number) => `m${n}`;
const acquireAll = (count: number): FeedLease[] =>
  Array.from({ length: count }, (_, n) => hub.acquire({ name: nameOf(n) }));
/** Once what they began with has come to its end: of a virtual machine that is to wait. */
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  listening = 0;
  const world = {
    connected: true,
    machine: (name: string) => (name === "gone" ? undefined : { name, class: "vm", service: null, leaderPid: null }),
    subscribe: () => {
      listening += 1;
      return () => {
        listening -= 1;
      };
    },
  };
  hub = new JournalHub({ world: world as never, log: pino({ level: "silent" }) });
});

afterEach(() => {
  hub.close();
  vi.useRealTimers();
});

describe("journals that are followed", () => {
  it("are read once for all who ask for the same lines, in whatever words", async () => {
    const [one, other] = [
      hub.acquire({ name: "arch", units: ["a.service", "b.service"] }),
      hub.acquire({ name: "arch", units: ["b.service", "a.service", "a.service"] }),
    ];
    expect(other.feed).toBe(one.feed);
    expect(hub.acquire({ name: "arch", units: ["a.service"] }).feed).not.toBe(one.feed);
    expect(hub.acquire({ name: "arch" }).feed).not.toBe(one.feed);
    expect(hub.size).toBe(3);
  });

  it("are so many at most, and the refusal says what to do", async () => {
    acquireAll(MOST);
    expect(() => hub.acquire({ name: nameOf(MOST) })).toThrow(
      expect.objectContaining({ code: "UNAVAILABLE", reason: "too-many", hint: expect.any(String) }),
    );
    expect(hub.size).toBe(MOST);
    // One that is read already takes no further place.
    expect(hub.acquire({ name: nameOf(0) }).feed).toBeDefined();
  });

  it("give their place to others when nobody reads them, before their time is over", async () => {
    const leases = acquireAll(MOST);
    await settle();
    expect(listening).toBe(MOST);
    leases[3]?.release();
    expect(hub.size).toBe(MOST);
    const late = hub.acquire({ name: nameOf(MOST) });
    expect(hub.size).toBe(MOST);
    await settle();
    expect(listening).toBe(MOST);
    expect(() => hub.acquire({ name: nameOf(3) })).toThrow(expect.objectContaining({ reason: "too-many" }));
    late.release();
    expect(hub.acquire({ name: nameOf(3) }).feed).not.toBe(leases[3]?.feed);
  });

  it("are kept a moment for who comes back, and closed after it", async () => {
    const lease = hub.acquire({ name: "arch" });
    await settle();
    lease.release();
    await vi.advanceTimersByTimeAsync(LINGER_MS - 1);
    const again = hub.acquire({ name: "arch" });
    expect(again.feed).toBe(lease.feed);
    await vi.advanceTimersByTimeAsync(10 * LINGER_MS);
    expect(hub.size).toBe(1);
    again.release();
    await vi.advanceTimersByTimeAsync(LINGER_MS - 1);
    expect([hub.size, listening]).toEqual([1, 1]);
    await vi.advanceTimersByTimeAsync(1);
    expect([hub.size, listening]).toEqual([0, 0]);
    expect(hub.acquire({ name: "arch" }).feed).not.toBe(lease.feed);
  });

  it("are released once by each reader, however often that is said", async () => {
    const [one, other] = [hub.acquire({ name: "arch" }), hub.acquire({ name: "arch" })];
    one.release();
    one.release();
    await vi.advanceTimersByTimeAsync(LINGER_MS);
    expect(hub.size).toBe(1);
    other.release();
    await vi.advanceTimersByTimeAsync(LINGER_MS);
    expect(hub.size).toBe(0);
  });

  it("are begun anew where they failed, by who asks after that", async () => {
    const lease = hub.acquire({ name: "gone" });
    await settle();
    expect(lease.feed.failure).toMatchObject({ code: "NOT_FOUND" });
    lease.release();
    await settle();
    expect(hub.size).toBe(0);
    expect(hub.acquire({ name: "gone" }).feed).not.toBe(lease.feed);
  });

  it("end with the api", async () => {
    acquireAll(3);
    await settle();
    hub.close();
    await settle();
    expect([hub.size, listening]).toEqual([0, 0]);
  });
});
