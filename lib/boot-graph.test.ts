import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  blame,
  bootSpans,
  bootTimes,
  chainUnits,
  criticalChain,
  formatBootTime,
  formatChain,
  type ManagerStamps,
  plotRows,
  type UnitTimes,
  unitTimes,
} from "./boot-graph";

const NONE: ManagerStamps = {
  firmware: 0,
  loader: 0,
  initrd: 0,
  userspace: 0,
  finish: 0,
  securityStart: 0,
  generatorsStart: 0,
  generatorsFinish: 0,
  unitsLoadStart: 0,
  unitsLoadFinish: 0,
};
const START = 2_277_805_706;
const container = bootTimes({
  ...NONE,
  userspace: START,
  finish: START + 326_100,
  unitsLoadStart: START + 5000,
  unitsLoadFinish: START + 9000,
});

function unit(name: string, times: Partial<UnitTimes>): UnitTimes {
  return { unit: name, activating: 0, activated: 0, deactivating: 0, deactivated: 0, took: 0, ...times };
}

describe("bootTimes", () => {
  it("counts a container from the start of its own userspace", () => {
    expect(container).toMatchObject({ mode: "container", offset: START, userspace: 0, kernelDone: 0, finish: 326_100 });
    expect(container).toMatchObject({ unitsLoadStart: 5000, unitsLoadFinish: 9000, generatorsStart: 0 });
    expect(formatBootTime(container, "graphical.target", START + 295_000)).toBe(
      "Startup finished in 326ms (userspace)\ngraphical.target reached after 295ms in userspace.",
    );
  });

  it("splits the boot of a host with firmware, loader, kernel and initrd", () => {
    const times = bootTimes({
      ...NONE,
      firmware: 5_000_000,
      loader: 2_000_000,
      initrd: 1_000_000,
      userspace: 3_000_000,
      finish: 4_500_000,
      securityStart: 3_000_100,
    });
    expect(bootSpans(times)).toEqual({
      firmware: 3_000_000,
      loader: 2_000_000,
      kernel: 1_000_000,
      initrd: 2_000_000,
      userspace: 1_500_000,
      total: 9_500_000,
    });
    expect(formatBootTime(times, "multi-user.target", 0)).toBe(
      "Startup finished in 3s (firmware) + 2s (loader) + 1s (kernel) + 2s (initrd) + 1.500s (userspace) = 9.500s\nmulti-user.target was never reached.",
    );
    expect(formatBootTime(times, "multi-user.target", 4_400_000)).toContain("reached after 1.400s in userspace.");
  });

  it("says of a boot that goes on that it has not finished", () => {
    const times = bootTimes({ ...NONE, userspace: START });
    expect(times.finish).toBe(0);
    expect(bootSpans(times, 1234).userspace).toBe(1234);
  });
});

describe("unitTimes", () => {
  const one = (stamps: [number, number, number, number]) => {
    const [inactiveExit, activeEnter, activeExit, inactiveEnter] = stamps.map((usec) => (usec > 0 ? START + usec : 0));
    return unitTimes(
      [
        {
          unit: "a.service",
          inactiveExit: inactiveExit ?? 0,
          activeEnter: activeEnter ?? 0,
          activeExit: activeExit ?? 0,
          inactiveEnter: inactiveEnter ?? 0,
        },
      ],
      container,
    )[0];
  };
  it("leaves out what never started", () => expect(one([0, 0, 0, 10])).toBeUndefined());
  it("takes the time until it became active", () => expect(one([10, 25, 0, 0])?.took).toBe(15));
  it("takes the time until it failed", () => expect(one([10, 0, 0, 40])?.took).toBe(30));
  it("counts nothing for what is still starting", () => expect(one([10, 0, 0, 0])?.took).toBe(0));
  it("takes the last start of a unit that was started again", () => expect(one([50, 60, 30, 40])?.took).toBe(10));
  it("clamps a stamp from before this boot", () => {
    const stamps = {
      unit: "-.mount",
      inactiveExit: START - 5,
      activeEnter: START + 5,
      activeExit: 0,
      inactiveEnter: 0,
    };
    expect(unitTimes([stamps], container)).toEqual([]);
  });
});

it("blame tells what took time, the slowest first", () => {
  const units = [unit("a", { took: 5 }), unit("b", { took: 0 }), unit("c", { took: 9 })];
  expect(blame(units).map((one) => one.unit)).toEqual(["c", "a"]);
});

describe("criticalChain", () => {
  const units = [
    unit("graphical.target", { activating: 300, activated: 300 }),
    unit("multi-user.target", { activating: 299, activated: 299 }),
    unit("slow.service", { activating: 100, activated: 290, took: 190 }),
    unit("fast.service", { activating: 100, activated: 110, took: 10 }),
    unit("basic.target", { activating: 90, activated: 90 }),
    unit("later.service", { activating: 400_000, activated: 400_100, took: 100 }),
  ];
  const AFTER: Record<string, string[]> = {
    "graphical.target": ["multi-user.target", "later.service", "unknown.service"],
    "multi-user.target": ["fast.service", "slow.service", "basic.target"],
    "slow.service": ["basic.target"],
    "fast.service": ["basic.target"],
    "basic.target": [],
  };
  const readAfter = async (name: string) => AFTER[name] ?? [];

  it("follows what became active last, and not what started after the boot", async () => {
    const chain = await criticalChain("graphical.target", { times: container, units, readAfter });
    expect(chainUnits(chain)).toEqual(["graphical.target", "multi-user.target", "slow.service", "basic.target"]);
    expect(formatChain(chain)).toBe(
      [
        "graphical.target @300us",
        "└─multi-user.target @299us",
        "  └─slow.service @100us +190us",
        "    └─basic.target @90us",
      ].join("\n"),
    );
  });

  it("shows more with a fuzz, and a unit's own branch once", async () => {
    const chain = await criticalChain("multi-user.target", { times: container, units, readAfter, fuzz: 180 });
    expect(formatChain(chain)).toBe(
      [
        "multi-user.target @299us",
        "├─slow.service @100us +190us",
        "│ └─basic.target @90us",
        "└─fast.service @100us +10us",
        "  └─basic.target @90us",
        "    └─...",
      ].join("\n"),
    );
  });

  it("ends where dependencies go round in a circle", async () => {
    const circle = async (name: string) => [name === "slow.service" ? "fast.service" : "slow.service"];
    const chain = await criticalChain("slow.service", { times: container, units, readAfter: circle });
    expect(formatChain(chain)).toBe(
      ["slow.service +190us", "└─fast.service @100us +10us", "  └─slow.service @100us +190us", "    └─..."].join("\n"),
    );
  });
});

describe("plotRows", () => {
  const END = 1000;
  const row = (times: Partial<UnitTimes>) => plotRows([unit("a", times)], END)[0];
  it("draws a service that runs up to the end", () =>
    expect(row({ activating: 10, activated: 20 })).toMatchObject({
      activated: 20,
      deactivating: END,
      deactivated: END,
    }));
  it("draws one that failed while starting up to its failure", () =>
    expect(row({ activating: 10, deactivated: 40 })).toMatchObject({
      activated: 40,
      deactivating: 40,
      deactivated: 40,
    }));
  it("draws one that is still starting up to the end", () => expect(row({ activating: 10 })?.activated).toBe(END));
  it("leaves out what started after the boot", () => expect(row({ activating: END + 1 })).toBeUndefined());
  it("is in order and within the boot, whatever the stamps", () => {
    const stamp = fc.integer({ min: 0, max: 3 * END });
    const times = fc.record({ activating: stamp, activated: stamp, deactivating: stamp, deactivated: stamp });
    fc.assert(
      fc.property(fc.array(times), (list) => {
        const rows = plotRows(
          list.map((one, index) => unit(`u${index}`, one)),
          END,
        );
        for (const [index, one] of rows.entries()) {
          const phases = [one.activating, one.activated, one.deactivating, one.deactivated, END];
          expect(phases).toEqual([...phases].sort((a, b) => a - b));
          if (index > 0) expect(one.activating).toBeGreaterThanOrEqual(rows[index - 1]?.activating ?? 0);
        }
      }),
    );
  });
});
