import pino from "pino";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import type { BootEvent, ChainEntry } from "@/lib/boot";
import { fromChainEntry, fromTimelineUnit } from "@/lib/boot";
import { formatChain, plotRows } from "@/lib/boot-graph";
import { formatTimespan } from "@/lib/boot-timespan";
import { createTestDatabase, type TestDatabase } from "@/server/db/test-database";
import { command, openHost, type TestHost, TestMachine } from "../test-machine";
import { readBlame, readBootSummary, readCriticalChain, readRelations, readTimeline } from "./analyse";
import { compareBoots, readHistory } from "./history";
import { createBootRecorder } from "./recorder";
import { watchBoot } from "./watch";

const NAME = "boot-test";
const log = pino({ level: "silent" });

let deps: TestHost;
let machine: TestMachine;
let database: TestDatabase;

function analyze(...args: string[]): string {
  return command("/usr/bin/systemd-analyze", "--no-pager", "-M", NAME, ...args);
}

function addUnit(name: string, service: string): void {
  machine.addUnit(name, `[Unit]\nDescription=${name}\n[Service]\nType=oneshot\n${service}\n`);
}

/** Until the machine's own systemd says so: nothing of ours is asked meanwhile. */
async function waitForBoot(): Promise<void> {
  const show = () => machine.systemctl("show", "--value", "-p", "FinishTimestampMonotonic");
  await vi.waitFor(() => expect(Number(show())).toBeGreaterThan(0), { timeout: 40_000, interval: 100 });
}

function waitForRow(running: boolean): Promise<void> {
  return vi.waitFor(() => expect((deps.world.machine(NAME)?.leaderPid ?? null) !== null).toBe(running), {
    timeout: 30_000,
    interval: 20,
  });
}

async function until(events: AsyncGenerator<BootEvent>, wanted: (event: BootEvent) => boolean): Promise<BootEvent[]> {
  const seen: BootEvent[] = [];
  for (;;) {
    const { value, done } = await events.next();
    if (done) throw new Error(`ended after ${JSON.stringify(seen)}`);
    seen.push(value);
    if (wanted(value)) return seen;
  }
}

/** Bars of the SVG that `systemd-analyze plot` draws: 100 px a second. */
function parsePlot(svg: string): { label: string; bars: [number, number][] }[] {
  const row =
    /<rect class="activating" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"[^>]*\/>\s*<rect class="active" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"[^>]*\/>\s*<rect class="deactivating" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"[^>]*\/>\s*<text class="(?:left|right)"[^>]*>([^<]*)<\/text>/g;
  return [...svg.matchAll(row)].map((match) => ({
    label: match[7] ?? "",
    bars: [0, 2, 4].map((index): [number, number] => [Number(match[index + 1]), Number(match[index + 2])]),
  }));
}

beforeAll(async () => {
  deps = await openHost();
  database = await createTestDatabase();
  machine = new TestMachine(NAME, deps.world);
  await machine.place();
  addUnit("slow.service", "RemainAfterExit=yes\nExecStart=/bin/sleep 6");
  addUnit("broken.service", "ExecStart=/bin/false");
});

afterAll(async () => {
  machine.remove();
  await deps.close();
  await database.remove();
});

describe("a boot, from its start", () => {
  const ended = new AbortController();
  let recorder: ReturnType<typeof createBootRecorder>;
  afterAll(() => {
    ended.abort();
    recorder.close();
  });

  it("is told while it goes on, with the jobs it waits for, and recorded when it has finished", async () => {
    recorder = createBootRecorder({ ...deps, db: database.db, log });
    recorder.start();
    const events = watchBoot(deps, NAME, ended.signal);
    expect(await until(events, () => true)).toEqual([{ type: "link", link: "stopped" }]);
    command("/usr/bin/machinectl", "start", NAME);
    const isSlow = (event: BootEvent) =>
      event.type === "booting" && event.jobs.some((job) => job.unit === "slow.service");
    await until(events, isSlow);
    const summary = await readBootSummary(deps, NAME);
    expect(summary).toMatchObject({ finished: false, userspaceUsec: null, finishUsec: null });
    expect(summary.jobs.map((job) => job.unit)).toContain("slow.service");
    expect((await readTimeline(deps, NAME)).units.length).toBeGreaterThan(20);
    const [last] = (await until(events, (event) => event.type === "finished")).slice(-1);
    const bootId = last?.type === "finished" ? last.bootId : null;
    expect(command("/usr/bin/journalctl", "-M", NAME, "--list-boots", "--no-pager")).toContain(bootId ?? "none");
    await vi.waitFor(async () => expect(await readHistory(database, NAME)).toHaveLength(1), { timeout: 30_000 });
    const [boot] = await readHistory(database, NAME);
    expect(boot).toMatchObject({ bootId, target: "graphical.target", slower: false, usualUsec: null, failed: 1 });
    expect(boot?.slowest[0]?.unit).toBe("slow.service");
    expect(boot?.userspaceUsec).toBe((await readBootSummary(deps, NAME)).userspaceUsec);
  });

  it("is told again after a restart, and compared with the one before", async () => {
    const events = watchBoot(deps, NAME, ended.signal);
    await until(events, (event) => event.type === "finished");
    command("/usr/bin/machinectl", "poweroff", NAME);
    await until(events, (event) => event.type === "link" && event.link === "stopped");
    await waitForRow(false);
    await vi.waitFor(() => expect(deps.world.machine(NAME)?.state).toBe("stopped"), { timeout: 30_000 });
    command("/usr/bin/machinectl", "start", NAME);
    await until(events, (event) => event.type === "finished");
    await vi.waitFor(async () => expect(await readHistory(database, NAME)).toHaveLength(2), { timeout: 30_000 });
    const [b, a] = await readHistory(database, NAME);
    const compared = await compareBoots(database, { name: NAME, a: a?.bootId ?? "", b: b?.bootId ?? "" });
    const slow = compared.units.find((row) => row.unit === "slow.service");
    expect(slow?.aUsec).toBeGreaterThan(2_000_000);
    expect(slow?.bUsec).toBeGreaterThan(2_000_000);
  });
});

describe("agrees with systemd-analyze", () => {
  beforeAll(async () => {
    await waitForRow(true);
    await waitForBoot();
    // systemd-update-utmp-runlevel ends after the boot has: let the last job go.
    await vi.waitFor(() => expect(machine.systemctl("list-jobs")).toContain("No jobs"), 30_000);
  });

  it("time", async () => {
    const { userspaceUsec, target, targetUsec } = await readBootSummary(deps, NAME);
    const [first, second] = analyze("time").trim().split("\n");
    expect(first?.trim()).toBe(`Startup finished in ${formatTimespan(userspaceUsec ?? 0)} (userspace)`);
    expect(second?.trim()).toBe(`${target} reached after ${formatTimespan(targetUsec ?? 0)} in userspace.`);
  });

  it("blame, led by the slow unit", async () => {
    const ours = (await readBlame(deps, NAME)).map(
      ({ unit, activatingUsec }) => `${formatTimespan(activatingUsec)} ${unit}`,
    );
    const durations = (lines: readonly string[]) => lines.map((line) => line.slice(0, line.lastIndexOf(" ")));
    const theirs = analyze("blame")
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    // Units that took equally long may stand in either order.
    expect(durations(ours)).toEqual(durations(theirs));
    expect([...ours].sort()).toEqual([...theirs].sort());
    expect(ours[0]).toMatch(/ slow\.service$/);
    expect(theirs[0]).toMatch(/ slow\.service$/);
    expect(ours.some((line) => line.endsWith(" broken.service"))).toBe(true);
  });

  it.each([undefined, "multi-user.target", "systemd-logind.service", "dbus.socket", "broken.service"])(
    "critical-chain %s",
    async (unit) => {
      const chain = await readCriticalChain(deps, { name: NAME, unit });
      const theirs = analyze("critical-chain", ...(unit ? [unit] : []));
      // Two lines of explanation and an empty one go before.
      expect(formatChain(fromChainEntry(chain))).toBe(theirs.split("\n").slice(3).join("\n").trimEnd());
      const units = (entry: ChainEntry): string[] => [entry.unit, ...entry.children.flatMap(units)];
      if (unit === undefined) expect(units(chain)).toContain("slow.service");
    },
  );

  it("critical-chain of a unit that is not there", async () => {
    await expect(readCriticalChain(deps, { name: NAME, unit: "nothing.service" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("plot: every row, in its order, with the same bars", async () => {
    const timeline = await readTimeline(deps, NAME);
    const rows = plotRows(timeline.units.map(fromTimelineUnit), timeline.finishUsec ?? 0);
    const px = (usec: number) => usec / 10_000;
    const ours = rows.map((row) => ({
      label: row.took > 0 ? `${row.unit} (${formatTimespan(row.took)})` : row.unit,
      bars: [
        [row.activating, row.activated],
        [row.activated, row.deactivating],
        [row.deactivating, row.deactivated],
      ].map(([from = 0, to = 0]) => [px(from), px(to - from)]),
    }));
    const theirs = parsePlot(analyze("plot"));
    expect(theirs.length).toBeGreaterThan(40);
    expect(ours.map((row) => row.label)).toEqual(theirs.map((row) => row.label));
    for (const [index, row] of theirs.entries()) {
      for (const [bar, [x, width]] of row.bars.entries()) {
        expect(ours[index]?.bars[bar]?.[0], row.label).toBeCloseTo(x, 2);
        expect(ours[index]?.bars[bar]?.[1], row.label).toBeCloseTo(width, 2);
      }
    }
    expect(timeline.critical).toContain("slow.service");
    expect(timeline.failedUnits).toEqual(["broken.service"]);
  });

  it("still where units were started again since, which is told once nothing is left to do", async () => {
    const ended = new AbortController();
    const events = watchBoot(deps, NAME, ended.signal);
    await until(events, (event) => event.type === "finished");
    const changed = until(events, (event) => event.type === "changed");
    const before = (await readBlame(deps, NAME)).find(({ unit }) => unit === "slow.service");
    command("/usr/bin/systemctl", "-M", NAME, "restart", "slow.service");
    expect((await changed).at(-1)).toEqual({ type: "changed" });
    const after = (await readBlame(deps, NAME)).find(({ unit }) => unit === "slow.service");
    expect(after?.activatingUsec).not.toBe(before?.activatingUsec);
    expect(analyze("blame")).toContain(`${formatTimespan(after?.activatingUsec ?? 0)} slow.service`);
    ended.abort();
    await events.return(undefined);
  });

  it("and tells a unit's dependencies as systemctl does", async () => {
    const { after, requires } = await readRelations(deps, { name: NAME, unit: "slow.service" });
    const show = (property: string) =>
      machine.systemctl("show", "--value", "-p", property, "slow.service").trim().split(" ").sort();
    expect([...after].sort()).toEqual(show("After"));
    expect([...requires].sort()).toEqual(show("Requires"));
  });
});
