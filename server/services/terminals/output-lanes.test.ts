import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { type Lane, OutputLanes } from "./output-lanes";

const KIB = 1024;
const CHUNK = Buffer.alloc(16 * KIB);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A program that prints whenever it may, and its browsers. */
function create() {
  const caughtUp: Lane[] = [];
  const lanes = new OutputLanes({ onChange: () => undefined, onCaughtUp: (lane) => caughtUp.push(lane) });
  const add = () => {
    const lane = lanes.add(() => undefined);
    lanes.goLive(lane);
    return lane;
  };
  /** Prints until it has to wait. */
  const flood = () => {
    for (let chunks = 0; !lanes.isFull; chunks += 1) {
      if (chunks > 1000) throw new Error("it never has to wait");
      lanes.broadcast(CHUNK);
    }
  };
  const reads = (lane: Lane, all = lane.sentBytes) => lanes.ack(lane, all);
  return { lanes, add, flood, reads, caughtUp };
}

describe("a browser that stops reading", () => {
  test.each([0, 16, 100, 120])("after %i KiB holds the others back for two seconds", (kib) => {
    const { lanes, add, flood, reads } = create();
    const [reader, stuck] = [add(), add()];
    flood();
    reads(stuck, kib * KIB);
    reads(reader);
    expect(lanes.isFull).toBe(true);
    vi.advanceTimersByTime(1500);
    expect(lanes.isFull).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(lanes.isFull).toBe(false);
    expect([reader.state, stuck.state]).toEqual(["live", "behind"]);
  });

  test.each([0, 100])("after %i KiB, alone, holds the program back for half a minute", (kib) => {
    const { lanes, add, flood, reads } = create();
    const stuck = add();
    flood();
    reads(stuck, kib * KIB);
    vi.advanceTimersByTime(29_000);
    expect([lanes.isFull, stuck.state]).toEqual([true, "live"]);
    vi.advanceTimersByTime(2000);
    expect([lanes.isFull, stuck.state]).toEqual([false, "behind"]);
  });

  test("is given a screen when it has read most of what is on its way, and is seen", () => {
    const { lanes, add, flood, reads, caughtUp } = create();
    const lane = add();
    flood();
    lanes.setVisible(lane, false);
    expect([lanes.isFull, lane.state]).toEqual([false, "behind"]);
    const sent = lane.sentBytes;
    lanes.broadcast(CHUNK);
    expect(lane.sentBytes).toBe(sent);
    reads(lane);
    expect(caughtUp).toEqual([]);
    lanes.setVisible(lane, true);
    expect(caughtUp).toEqual([lane]);
  });
});

test("one that reads slowly, but reads, is never left behind", () => {
  const { lanes, add, flood, reads } = create();
  const [reader, slow] = [add(), add()];
  for (let seconds = 0; seconds < 60; seconds += 1) {
    flood();
    reads(reader);
    reads(slow, slow.ackedBytes + 32 * KIB);
    vi.advanceTimersByTime(1000);
  }
  expect(slow.state).toBe("live");
  expect(lanes.has(slow)).toBe(true);
});
