import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { type FeedLease, type FollowRefusal, JournalHub } from "./journal-hub";

const MOST = 32;
const MOST_EACH = 8;
const LINGER_MS = 2000;

let hub: JournalHub;
/** Feeds that wait for their machine: each listens to the world until it is closed. */
let listening: number;

const nameOf = (n: number) => `m${n}`;
/** As many people as it takes, each with as many journals as they may. */
const personOf = (n: number) => `person ${Math.floor(n / MOST_EACH)}`;
const acquireAll = (count: number): FeedLease[] =>
  Array.from({ length: count }, (_, n) => hub.acquire({ name: nameOf(n) }, personOf(n)));
const refusal = (reason: FollowRefusal) =>
  expect.objectContaining({ code: "UNAVAILABLE", reason, hint: expect.any(String) });
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
  hub = new JournalHub({ world: world as never });
});

afterEach(() => {
  hub.close();
  vi.useRealTimers();
});

describe("journals that are followed", () => {
  it("are read once for all who ask for the same lines, in whatever words", async () => {
    const [one, other] = [
      hub.acquire({ name: "arch", units: ["a.service", "b.service"] }, "ada"),
      hub.acquire({ name: "arch", units: ["b.service", "a.service", "a.service"] }, "ada"),
    ];
    expect(other.feed).toBe(one.feed);
    expect(hub.acquire({ name: "arch", units: ["a.service"] }, "ada").feed).not.toBe(one.feed);
    expect(hub.acquire({ name: "arch" }, "ada").feed).not.toBe(one.feed);
    expect(hub.size).toBe(3);
  });

  it("are so many at most, and the refusal says what to do", async () => {
    acquireAll(MOST);
    expect(() => hub.acquire({ name: nameOf(MOST) }, "ada")).toThrow(refusal("too-many"));
    expect(hub.size).toBe(MOST);
    // One that is read already takes no further place.
    expect(hub.acquire({ name: nameOf(0) }, "ada").feed).toBeDefined();
  });

  it("are so many of one person at most, and leave places to others", () => {
    const leases = acquireAll(MOST_EACH);
    const another = { name: nameOf(MOST_EACH) };
    expect(() => hub.acquire(another, personOf(0))).toThrow(refusal("own-journals"));
    expect(hub.size).toBe(MOST_EACH);
    // What they read already takes no further place, in whatever many pages.
    const again = hub.acquire({ name: nameOf(0) }, personOf(0));
    hub.acquire(another, "bo");
    // Nor may they join what others read: they would hold it when those have gone.
    expect(() => hub.acquire(another, personOf(0))).toThrow(refusal("own-journals"));
    leases[0]?.release();
    expect(() => hub.acquire(another, personOf(0))).toThrow(refusal("own-journals"));
    again.release();
    hub.acquire(another, personOf(0));
    expect(() => hub.acquire({ name: nameOf(0) }, personOf(0))).toThrow(refusal("own-journals"));
  });

  it("count for nobody who has left them", () => {
    for (let n = 0; n <= MOST_EACH; n += 1) hub.acquire({ name: nameOf(n) }, "ada").release();
    expect(hub.size).toBe(MOST_EACH + 1);
  });

  it("give their place to others when nobody reads them, before their time is over", async () => {
    const leases = acquireAll(MOST);
    await settle();
    expect(listening).toBe(MOST);
    leases[3]?.release();
    expect(hub.size).toBe(MOST);
    const late = hub.acquire({ name: nameOf(MOST) }, "ada");
    expect(hub.size).toBe(MOST);
    await settle();
    expect(listening).toBe(MOST);
    expect(() => hub.acquire({ name: nameOf(3) }, "ada")).toThrow(refusal("too-many"));
    late.release();
    expect(hub.acquire({ name: nameOf(3) }, "ada").feed).not.toBe(leases[3]?.feed);
  });

  it("are kept a moment for who comes back, and closed after it", async () => {
    const lease = hub.acquire({ name: "arch" }, "ada");
    await settle();
    lease.release();
    await vi.advanceTimersByTimeAsync(LINGER_MS - 1);
    const again = hub.acquire({ name: "arch" }, "ada");
    expect(again.feed).toBe(lease.feed);
    await vi.advanceTimersByTimeAsync(10 * LINGER_MS);
    expect(hub.size).toBe(1);
    again.release();
    await vi.advanceTimersByTimeAsync(LINGER_MS - 1);
    expect([hub.size, listening]).toEqual([1, 1]);
    await vi.advanceTimersByTimeAsync(1);
    expect([hub.size, listening]).toEqual([0, 0]);
    expect(hub.acquire({ name: "arch" }, "ada").feed).not.toBe(lease.feed);
  });

  it("are released once by each reader, however often that is said", async () => {
    const [one, other] = [hub.acquire({ name: "arch" }, "ada"), hub.acquire({ name: "arch" }, "ada")];
    one.release();
    one.release();
    await vi.advanceTimersByTimeAsync(LINGER_MS);
    expect(hub.size).toBe(1);
    other.release();
    await vi.advanceTimersByTimeAsync(LINGER_MS);
    expect(hub.size).toBe(0);
  });

  it("are begun anew where they failed, by who asks after that", async () => {
    const lease = hub.acquire({ name: "gone" }, "ada");
    await settle();
    expect(lease.feed.failure).toMatchObject({ code: "NOT_FOUND" });
    lease.release();
    await settle();
    expect(hub.size).toBe(0);
    expect(hub.acquire({ name: "gone" }, "ada").feed).not.toBe(lease.feed);
  });

  it("end with the api", async () => {
    acquireAll(3);
    await settle();
    hub.close();
    await settle();
    expect([hub.size, listening]).toEqual([0, 0]);
  });
});
