import { execFileSync } from "node:child_process";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";

import type { Machine, MachineState } from "@/lib/machine";
import { connectHostSystem, type HostSystem } from "@/server/systemd/host-system";
import { watchMachines } from "../machines/watch";
import { createWorld, type World } from "./world";

const NAME = "world-test";
const UNIT = `systemd-nspawn@${NAME}.service`;
const log = pino({ level: "silent" });

/** Addresses are compared every second, and the lists, which say nothing of them, every ten. */
const SEEN = { timeout: 8000, interval: 20 };

let system: HostSystem;
let world: World;

function machinectl(...args: string[]): string {
  return execFileSync("/usr/bin/machinectl", args, { encoding: "utf8", timeout: 30_000 });
}

/** A machine told to stop before its init listens waits for its time-out: that is systemd's, not ours to test. */
async function waitForBoot(): Promise<void> {
  const show = () =>
    execFileSync("/usr/bin/systemctl", ["-M", NAME, "show", "--value", "-p", "SystemState"], { encoding: "utf8" });
  await vi.waitFor(() => expect(show()).toMatch(/running|degraded/), { timeout: 30_000, interval: 50 });
}

/** The row as the world has it once it is in this state: by signals alone, nothing here asks it to look again. */
function rowIn(state: MachineState): Promise<Machine> {
  return vi.waitFor(
    () => {
      const row = world.machine(NAME);
      if (row?.state !== state) throw new Error(`it is ${row?.state}`);
      return row;
    },
    { timeout: 30_000, interval: 10 },
  );
}

/** What somebody is told of the machine who subscribes, and asks for nothing. */
function openPage(): Machine[] {
  const closed = new AbortController();
  onTestFinished(() => closed.abort());
  const told: Machine[] = [];
  void (async () => {
    for await (const event of watchMachines({ world }, closed.signal))
      if (event.type === "upsert" && event.machine.name === NAME) told.push(event.machine);
  })();
  return told;
}

beforeAll(async () => {
  system = await connectHostSystem({ log });
  world = createWorld({ system, log });
  await world.start();
});

afterAll(async () => {
  world.close();
  await system.close();
  execFileSync("/usr/bin/systemctl", ["stop", UNIT]);
  machinectl("remove", NAME);
});

describe("the world", () => {
  it("shows an image as soon as it is in the pool", async () => {
    execFileSync("/usr/bin/cp", ["-a", "/srv/fixtures/debian", `/var/lib/machines/${NAME}`]);
    const row = await rowIn("stopped");
    expect(row).toMatchObject({ image: NAME, enabled: false, leaderPid: null, class: null });
  });

  it("sees that an image is read-only while a page is open", async () => {
    const told = openPage();
    for (const [flag, readOnly] of [
      ["yes", true],
      ["no", false],
    ] as const) {
      machinectl("read-only", NAME, flag);
      await vi.waitFor(() => expect(told.at(-1)?.readOnly).toBe(readOnly), { timeout: 30_000, interval: 50 });
    }
  });

  it("follows what machinectl does, as often as it does it", async () => {
    for (let round = 0; round < 5; round += 1) {
      machinectl("start", NAME);
      const row = await rowIn("running");
      expect(row.leaderPid).toBe(Number(machinectl("show", "--property=Leader", "--value", NAME)));
      expect(row.unit).toBe(UNIT);
      await waitForBoot();
      machinectl("terminate", NAME);
      await rowIn("stopped");
    }
  });

  it("knows the OS, the address and the UID shift of a running machine", async () => {
    machinectl("start", NAME);
    await rowIn("running");
    await vi.waitFor(() => expect(world.machine(NAME)?.addresses.length).toBeGreaterThan(0), { timeout: 30_000 });
    await vi.waitFor(() => expect(world.machine(NAME)?.os).toMatchObject({ id: "debian", version: "12" }), 30_000);
    expect(world.machine(NAME)?.uidShift).toBeGreaterThan(0);
  });

  it("follows enable and disable made in a shell", async () => {
    machinectl("enable", NAME);
    await vi.waitFor(() => expect(world.machine(NAME)?.enabled).toBe(true), { timeout: 30_000, interval: 10 });
    machinectl("disable", NAME);
    await vi.waitFor(() => expect(world.machine(NAME)?.enabled).toBe(false), { timeout: 30_000, interval: 10 });
  });

  it("sees a new address while a page is open", async () => {
    const told = openPage();
    const inside = ["-q", "-M", NAME, "--wait", "/bin/ip", "address"];
    execFileSync("/usr/bin/systemd-run", [...inside, "add", "198.51.100.7/32", "dev", "host0"]);
    await vi.waitFor(() => expect(told.at(-1)?.addresses).toContain("198.51.100.7"), SEEN);
    execFileSync("/usr/bin/systemd-run", [...inside, "del", "198.51.100.7/32", "dev", "host0"]);
    await vi.waitFor(() => expect(told.at(-1)?.addresses).not.toContain("198.51.100.7"), SEEN);
  });

  it("tells subscribers only what changed", async () => {
    const events: string[] = [];
    onTestFinished(world.subscribe((event) => events.push(event.type)));
    // The machine's network may bring one more address meanwhile, which is told; but never what is as it was.
    await vi.waitFor(async () => {
      events.splice(0);
      await world.refresh();
      await world.refresh();
      expect(events).toEqual([]);
    }, 30_000);
  });
});
