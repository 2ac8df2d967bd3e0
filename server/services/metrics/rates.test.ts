import { describe, expect, it } from "vitest";

import type { MachineCounters } from "@/server/systemd/machine-counters";
import { RateTracker } from "./rates";

const RUN = { name: "one", leaderPid: 10 };

function counters(atMs: number, change: Partial<MachineCounters> = {}): MachineCounters {
  return {
    atMs,
    cpuUsageUsec: 1_000_000,
    memoryBytes: 4096,
    tasks: 3,
    ioReadBytes: 0,
    ioWriteBytes: 0,
    netRxBytes: 100,
    netTxBytes: 200,
    missing: {},
    ...change,
  };
}

describe("rates", () => {
  it("are those of the time that really passed", () => {
    const tracker = new RateTracker();
    tracker.next(RUN, counters(0));
    const later = { cpuUsageUsec: 1_750_000, ioWriteBytes: 3000, netRxBytes: 400, netTxBytes: 200 };
    expect(tracker.next(RUN, counters(1500, later))).toEqual({
      name: "one",
      cpuPercent: 50,
      memoryBytes: 4096,
      tasks: 3,
      ioReadBytesPerSec: 0,
      ioWriteBytesPerSec: 2000,
      netRxBytesPerSec: 200,
      netTxBytesPerSec: 0,
      missing: {},
    });
  });

  it("take two readings", () => {
    const sample = new RateTracker().next(RUN, counters(0));
    expect(sample).toMatchObject({ cpuPercent: null, ioReadBytesPerSec: null, netRxBytesPerSec: null, tasks: 3 });
    expect(sample.missing).toEqual({ cpu: "pending", io: "pending", net: "pending" });
  });

  it("begin anew with another leader, whose counters may be larger", () => {
    const tracker = new RateTracker();
    tracker.next(RUN, counters(0));
    const sample = tracker.next({ name: "one", leaderPid: 11 }, counters(1000, { cpuUsageUsec: 900_000_000 }));
    expect(sample.cpuPercent).toBeNull();
  });

  it("begin anew where a counter went back, and only that one", () => {
    const tracker = new RateTracker();
    tracker.next(RUN, counters(0));
    const sample = tracker.next(RUN, counters(1000, { netRxBytes: 5, cpuUsageUsec: 1_010_000 }));
    expect(sample).toMatchObject({ netRxBytesPerSec: null, cpuPercent: 1, missing: { net: "pending" } });
    expect(tracker.next(RUN, counters(2000, { netRxBytes: 25, cpuUsageUsec: 1_010_000 })).netRxBytesPerSec).toBe(20);
  });

  it("are not made of two readings of the same moment", () => {
    const tracker = new RateTracker();
    tracker.next(RUN, counters(0));
    expect(tracker.next(RUN, counters(1, { cpuUsageUsec: 1_001_000 })).cpuPercent).toBeNull();
  });

  it("of a machine that was away begin anew", () => {
    const tracker = new RateTracker();
    tracker.next(RUN, counters(0));
    tracker.keep(new Set(["two"]));
    expect(tracker.next(RUN, counters(1000)).cpuPercent).toBeNull();
  });

  it("keep the reason for what is not accounted", () => {
    const tracker = new RateTracker();
    const unaccounted = {
      memoryBytes: null,
      netRxBytes: null,
      netTxBytes: null,
      missing: { memory: "legacy-hierarchy", net: "host-network" },
    } as const;
    tracker.next(RUN, counters(0, unaccounted));
    const sample = tracker.next(RUN, counters(1000, unaccounted));
    expect(sample.missing).toEqual({ memory: "legacy-hierarchy", net: "host-network" });
    expect(sample).toMatchObject({ memoryBytes: null, netRxBytesPerSec: null, cpuPercent: 0 });
  });
});
