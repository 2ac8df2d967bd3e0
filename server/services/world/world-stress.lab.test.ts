import { execFile, execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";

import type { MachineEvent } from "@/lib/machine";
import { connectHostSystem, type HostSystem } from "@/server/systemd/host-system";
import { createMachines } from "@/server/systemd/test-burst";
import { createWorld, type World } from "./world";

const run = promisify(execFile);
const log = pino({ level: "silent" });
const FIXTURE = "/srv/fixtures/debian";
const POOL = "/var/lib/machines";
/** How soon the world has to say what machinectl says: nothing here makes it look again, so signals alone did. The bench tells how soon. */
const CONVERGED = { timeout: 8000, interval: 10 };

let system: HostSystem;
let world: World;
let events: MachineEvent[] = [];

const machinectl = async (...args: string[]) => (await run("/usr/bin/machinectl", args, { timeout: 30_000 })).stdout;
const systemctl = async (...args: string[]) => (await run("/usr/bin/systemctl", args, { timeout: 30_000 })).stdout;

const listSchema = z.array(z.object({ machine: z.string() }));

const unitOf = (name: string) => `systemd-nspawn@${name}.service`;

/** The names `machinectl list` has: the truth. */
async function listed(): Promise<string[]> {
  const text = await machinectl("list", "--output=json");
  const rows = text.trim() === "" ? [] : listSchema.parse(JSON.parse(text));
  return rows.map(({ machine }) => machine).sort();
}

/** The names whose rows say that something runs. */
function registered(): string[] {
  const rows = world.machines().filter(({ leaderPid }) => leaderPid !== null);
  return rows.map(({ name }) => name).sort();
}

async function expectConverged(): Promise<string[]> {
  const names = await listed();
  await vi.waitFor(() => expect(registered()).toEqual(names), CONVERGED);
  expect(world.connected).toBe(true);
  return names;
}

/** As above, and nothing is left to be told of these rows: of each the OS is read some time after the rest. */
async function expectSettled(names: readonly string[]): Promise<void> {
  await expectConverged();
  await vi.waitFor(() => {
    for (const name of names) expect(world.machine(name)?.os, name).not.toBeNull();
  }, 30_000);
}

const namesOf = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** Told of these machines since the test began. */
function told(prefix: string): string[] {
  return events.flatMap((event) => {
    if (event.type === "upsert") return event.machine.name.startsWith(prefix) ? [`upsert ${event.machine.state}`] : [];
    return event.type === "remove" && event.name.startsWith(prefix) ? ["remove"] : [];
  });
}

/** A machine of the pool, which is gone after the test. */
function makeImage(name: string): string {
  const path = join(POOL, name);
  execFileSync("/usr/bin/cp", ["-a", "--reflink=auto", FIXTURE, path]);
  onTestFinished(async () => {
    await systemctl("stop", unitOf(name)).catch(() => undefined);
    await systemctl("reset-failed", unitOf(name)).catch(() => undefined);
    await machinectl("remove", name).catch(() => undefined);
  });
  return path;
}

/** systemd gives up after five starts in ten seconds; here however long they take. */
async function limitStarts(name: string): Promise<void> {
  const directory = `/run/systemd/system/${unitOf(name)}.d`;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "limit.conf"), "[Unit]\nStartLimitIntervalSec=1h\n");
  onTestFinished(() => rmSync(directory, { recursive: true }));
  await systemctl("daemon-reload");
}

beforeAll(async () => {
  system = await connectHostSystem({ log });
  world = createWorld({ system, log });
  await world.start();
  world.subscribe((event) => events.push(event));
});

beforeEach(() => {
  events = [];
});

afterAll(async () => {
  world.close();
  await system.close();
});

describe("the world under stress", () => {
  it("shows 200 machines that come in a burst, and that go in one", async () => {
    const burst = await createMachines(namesOf("burst", 200));
    onTestFinished(() => burst.close());
    expect(await expectConverged()).toHaveLength(200);
    // The row as it appears, what is slow to read of it, and one to spare.
    expect(told("burst").length).toBeLessThanOrEqual(600);

    events = [];
    await burst.terminate();
    await vi.waitFor(async () => expect(await listed()).toEqual([]), { timeout: 30_000 });
    expect(await expectConverged()).toEqual([]);
    expect(told("burst").filter((event) => event === "remove")).toHaveLength(200);
    expect(told("burst").length).toBeLessThanOrEqual(600);
  });

  it("ends where machinectl does when machines come and go at once", async () => {
    const kept = namesOf("mixed-kept", 20);
    const burst = await createMachines([...namesOf("mixed-gone", 50), ...kept]);
    onTestFinished(() => burst.close());
    const more = createMachines(namesOf("mixed-late", 50));
    await burst.terminate(burst.names.filter((name) => !kept.includes(name)));
    const late = await more;
    onTestFinished(() => late.close());
    await vi.waitFor(async () => expect(await listed()).toEqual([...kept, ...late.names].sort()), { timeout: 30_000 });
    await expectConverged();
  });

  it("keeps every row while machined restarts", async () => {
    const burst = await createMachines(namesOf("kept", 5));
    onTestFinished(() => burst.close());
    await expectSettled(burst.names);
    events = [];
    const looks = vi.spyOn(system.machined, "listMachines");
    onTestFinished(() => looks.mockRestore());
    await systemctl("restart", "systemd-machined.service");
    // Rows that do not change would be right also where nobody had looked.
    await vi.waitFor(() => expect(looks.mock.settledResults.at(-1)?.type).toBe("fulfilled"), CONVERGED);
    expect(await expectConverged()).toEqual(burst.names);
    expect(told("kept")).not.toContain("remove");
    expect(events.filter(({ type }) => type === "status" || type === "snapshot")).toEqual([]);
    expect(told("kept").length).toBeLessThanOrEqual(5);
  });

  it("calls nothing live while the bus is away, and has it all soon after", async () => {
    const burst = await createMachines(namesOf("bus", 3));
    onTestFinished(() => burst.close());
    await expectSettled(burst.names);
    events = [];
    onTestFinished(async () => {
      await systemctl("start", "dbus.socket", "dbus.service");
      // These do not find the bus again by themselves, and other tests need them.
      await systemctl("restart", "systemd-logind.service", "systemd-networkd.service");
    });
    await systemctl("stop", "dbus.socket", "dbus.service");
    await vi.waitFor(() => expect(world.connected).toBe(false), CONVERGED);
    await burst.close();
    await delay(5000); // how long it stays away
    expect(events).toEqual([{ type: "status", connected: false }]);
    await systemctl("start", "dbus.socket", "dbus.service");
    await vi.waitFor(() => expect(world.connected).toBe(true), CONVERGED);
    await expectConverged();
    expect(events.at(1)).toMatchObject({ type: "snapshot", connected: true });
  });

  it("calls nothing live while machined hangs, and has it all soon after", async () => {
    const burst = await createMachines(namesOf("hung", 3));
    onTestFinished(() => burst.close());
    await expectSettled(burst.names);
    events = [];
    const signal = (name: string) => systemctl("kill", `--signal=${name}`, "systemd-machined.service");
    onTestFinished(() => signal("CONT").then(() => undefined));
    await signal("STOP");
    // PID 1 tells that their scopes are gone.
    await burst.close();
    await vi.waitFor(() => expect(world.connected).toBe(false), CONVERGED);
    expect(events).toEqual([{ type: "status", connected: false }]);
    await signal("CONT");
    await vi.waitFor(() => expect(world.connected).toBe(true), CONVERGED);
    await vi.waitFor(async () => expect(await listed()).toEqual([]), { timeout: 30_000 });
    await expectConverged();
    expect(events.at(1)).toMatchObject({ type: "snapshot", connected: true });
  });

  it("follows a machine that reboots in a loop, to its bitter end", async () => {
    const name = "reboot-loop";
    const init = join(makeImage(name), "usr/lib/systemd/systemd");
    rmSync(init);
    // reboot(2), LINUX_REBOOT_CMD_RESTART; its number on x86-64 and elsewhere.
    writeFileSync(
      init,
      "#!/usr/bin/perl\nsyscall(`uname -m` =~ /x86_64/ ? 169 : 142, 0xfee1dead, 672274793, 0x1234567, 0);\n",
    );
    chmodSync(init, 0o755);
    await limitStarts(name);
    await vi.waitFor(() => expect(world.machine(name)?.state).toBe("stopped"), CONVERGED);
    await machinectl("start", name).catch(() => undefined);
    await vi.waitFor(async () => expect(await systemctl("is-failed", unitOf(name))).toBe("failed\n"), {
      timeout: 30_000,
    });
    await vi.waitFor(() => expect(world.machine(name)).toMatchObject({ state: "failed", leaderPid: null }), CONVERGED);
    await expectConverged();
    // Each of the five boots is a start, a machine and an end.
    expect(told(name).length).toBeLessThanOrEqual(30);
    expect(told(name).at(-1)).toBe("upsert failed");
  });

  it("shows a machine started by hand: a scope, and no image", async () => {
    const name = "by-hand";
    const tree = mkdtempSync("/var/tmp/by-hand-");
    onTestFinished(() => rmSync(tree, { recursive: true, force: true }));
    execFileSync("/usr/bin/cp", ["-a", `${FIXTURE}/.`, tree]);
    const arguments_ = ["--quiet", "-M", name, "-D", tree, "/usr/bin/sleep", "infinity"];
    const nspawn = spawn("/usr/bin/systemd-nspawn", arguments_, { stdio: "ignore" });
    onTestFinished(() => void nspawn.kill("SIGKILL"));
    await vi.waitFor(async () => expect(await listed()).toContain(name), { timeout: 30_000 });
    await vi.waitFor(() => expect(world.machine(name)?.state).toBe("running"), CONVERGED);
    expect(world.machine(name)).toMatchObject({ image: null, unit: "machine-by\\x2dhand.scope", enabled: null });
    await machinectl("terminate", name);
    await vi.waitFor(async () => expect(await listed()).not.toContain(name), { timeout: 30_000 });
    await vi.waitFor(() => expect(world.machine(name)).toBeUndefined(), CONVERGED);
  });

  it("moves a row when its image is renamed, and never shows it twice", async () => {
    makeImage("rename-from");
    await vi.waitFor(() => expect(world.machine("rename-from")?.os).toMatchObject({ id: "debian" }), {
      timeout: 30_000,
    });
    events = [];
    await machinectl("rename", "rename-from", "rename-to");
    onTestFinished(() => machinectl("remove", "rename-to").then(() => undefined));
    await vi.waitFor(() => {
      expect(world.machine("rename-from")).toBeUndefined();
      expect(world.machine("rename-to")).toMatchObject({ state: "stopped", image: "rename-to" });
    }, CONVERGED);
    expect(told("rename")[0]).toBe("remove");
    await vi.waitFor(() => expect(world.machine("rename-to")?.os).toMatchObject({ id: "debian" }), CONVERGED);
    expect(told("rename").length).toBeLessThanOrEqual(3);
  });
});
