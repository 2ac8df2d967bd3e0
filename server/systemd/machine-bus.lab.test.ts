import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { AppError } from "@/lib/errors";
import { createMachineBuses, type MachineBuses, type MachineRef } from "./machine-bus";
import { MachineManager } from "./machine-manager";

const WITH_BUS = "bus-test";
const WITHOUT_BUS = "bus-test-nodbus";
const APP = "bus-test-app";
const APP_TREE = "/var/tmp/bus-test-app";
const log = pino({ level: "silent" });

function command(file: string, ...args: string[]): string {
  return execFileSync(file, args, { encoding: "utf8", timeout: 30_000, stdio: ["ignore", "pipe", "ignore"] });
}

function machine(name: string): MachineRef {
  return { name, leaderPid: Number(command("/usr/bin/machinectl", "show", "--property=Leader", "--value", name)) };
}

function place(tree: string): void {
  command("/usr/bin/cp", "-a", "--reflink=auto", "/srv/fixtures/debian", tree);
}

/** The processes of bridges into this machine. */
function bridges(name: string): string[] {
  const found = command("/usr/bin/ps", "-eo", "pid,args").split("\n");
  return found.filter((line) => line.includes(`systemd-stdio-bridge -M ${name}`)).map((line) => line.trim());
}

async function booted(name: string): Promise<void> {
  await vi.waitFor(
    () => expect(existsSync(`/proc/${machine(name).leaderPid}/root/run/dbus/system_bus_socket`)).toBe(true),
    {
      timeout: 30_000,
      interval: 50,
    },
  );
}

let buses: MachineBuses;

/** Why the bus of a machine cannot be had now. */
async function whyNot(name: string): Promise<unknown> {
  const error: unknown = await buses.acquire(machine(name)).catch((thrown: unknown) => thrown);
  return error instanceof AppError ? error.reason : error;
}

beforeAll(async () => {
  place(`/var/lib/machines/${WITH_BUS}`);
  place(`/var/lib/machines/${WITHOUT_BUS}`);
  for (const path of [
    "usr/lib/systemd/system/dbus.socket",
    "usr/lib/systemd/system/dbus.service",
    "usr/bin/dbus-daemon",
  ])
    rmSync(join(`/var/lib/machines/${WITHOUT_BUS}`, path));
  place(APP_TREE);
  for (const name of [WITH_BUS, WITHOUT_BUS]) command("/usr/bin/machinectl", "start", name);
  command(
    "/usr/bin/systemd-run",
    `--unit=${APP}`,
    "systemd-nspawn",
    "-q",
    "-D",
    APP_TREE,
    "-M",
    APP,
    "/bin/sleep",
    "inf",
  );
  await booted(WITH_BUS);
  await vi.waitFor(() => machine(APP), { timeout: 30_000 });
});

afterAll(() => {
  for (const name of [WITH_BUS, WITHOUT_BUS]) {
    command("/usr/bin/systemctl", "stop", `systemd-nspawn@${name}.service`);
    command("/usr/bin/machinectl", "remove", name);
  }
  command("/usr/bin/systemctl", "stop", APP);
  rmSync(APP_TREE, { recursive: true, force: true });
});

describe("a machine's bus", () => {
  afterAll(() => buses.close());

  it("is one connection for all who ask, also with user namespacing, and closes soon after the last", async () => {
    expect(Number(command("/usr/bin/machinectl", "show", WITH_BUS, "-p", "Leader", "--value"))).toBeGreaterThan(0);
    buses = createMachineBuses(log, { idleMs: 300 });
    const leases = await Promise.all(Array.from({ length: 20 }, () => buses.acquire(machine(WITH_BUS))));
    expect(buses.size).toBe(1);
    expect(bridges(WITH_BUS)).toHaveLength(1);
    const units = await Promise.all(leases.map(({ bus }) => new MachineManager(bus).listAllUnits()));
    expect(units[0]?.some((row) => row.unit === "multi-user.target")).toBe(true);
    for (const lease of leases) lease.release();
    const again = await buses.acquire(machine(WITH_BUS));
    expect(again.bus).toBe(leases[0]?.bus);
    again.release();
    await vi.waitFor(() => expect(bridges(WITH_BUS)).toHaveLength(0), { timeout: 30_000 });
    expect(buses.size).toBe(0);
  });

  it("leaves no directory behind", () =>
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("machineroom-bus-"))).toEqual([]));

  it("carries many calls at once, and acts as the machine's root", async () => {
    const lease = await buses.acquire(machine(WITH_BUS));
    const manager = new MachineManager(lease.bus);
    const rows = await manager.listAllUnits();
    const stamps = await manager.unitStamps(rows);
    expect(stamps.length).toBeGreaterThan(40);
    await manager.restart("systemd-journald.service");
    lease.release();
  });

  it("is refused as not there yet while a leader is only just starting, or has gone", async () => {
    const gone = { name: "bus-test-gone", leaderPid: 4_194_304 };
    const error: unknown = await buses.acquire(gone).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "UNAVAILABLE" });
    // No word of what it ran: nobody can know.
    expect(error).not.toHaveProperty("reason", expect.any(String));
    await vi.waitFor(async () => expect(await whyNot(APP)).toBe("no-systemd"), { timeout: 30_000 });
    // It has only just started for a few seconds, and a busy host may take these to start it.
    await vi.waitFor(
      async () => {
        const before = machine(APP).leaderPid;
        command("/usr/bin/systemctl", "restart", APP);
        await vi.waitFor(() => expect(machine(APP).leaderPid).not.toBe(before), { timeout: 30_000 });
        expect(await whyNot(APP)).toBe("booting");
      },
      { timeout: 60_000 },
    );
    await vi.waitFor(async () => expect(await whyNot(APP)).toBe("no-systemd"), { timeout: 30_000 });
  });

  it("makes room for another machine by closing an idle one, and refuses where all are in use", async () => {
    const one = createMachineBuses(log, { maxOpen: 1, idleMs: 60_000 });
    const lease = await one.acquire(machine(WITH_BUS));
    await expect(one.acquire(machine(APP))).rejects.toMatchObject({ code: "UNAVAILABLE", reason: "too-many" });
    lease.release();
    await expect(one.acquire(machine(APP))).rejects.toMatchObject({ reason: "no-systemd" });
    one.close();
  });

  it("is refused with the reason where there is no D-Bus, or no systemd", async () => {
    await vi.waitFor(
      () =>
        expect(buses.acquire(machine(WITHOUT_BUS))).rejects.toMatchObject({ code: "PRECONDITION", reason: "no-dbus" }),
      { timeout: 30_000 },
    );
    await expect(buses.acquire(machine(APP))).rejects.toMatchObject({ code: "PRECONDITION", reason: "no-systemd" });
    // That of the test before is kept until nobody has asked for a while.
    await vi.waitFor(() => expect(buses.size).toBe(0), { timeout: 30_000 });
  });

  it("cuts off its calls when the machine goes, and is not taken for the next boot's", async () => {
    const before = machine(WITH_BUS);
    const lease = await buses.acquire(before);
    const states: boolean[] = [];
    lease.bus.onState((connected) => states.push(connected));
    command("/usr/bin/machinectl", "terminate", WITH_BUS);
    await vi.waitFor(() => expect(states).toEqual([false]), { timeout: 30_000 });
    await expect(new MachineManager(lease.bus).listAllUnits()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(buses.size).toBe(0);
    await vi.waitFor(() => expect(bridges(WITH_BUS)).toHaveLength(0), { timeout: 30_000 });
    lease.release();
    await vi.waitFor(() => command("/usr/bin/machinectl", "start", WITH_BUS), { timeout: 30_000 });
    await booted(WITH_BUS);
    const next = await vi.waitFor(() => buses.acquire(machine(WITH_BUS)), { timeout: 30_000 });
    expect(next.bus).not.toBe(lease.bus);
    next.release();
  });
});
