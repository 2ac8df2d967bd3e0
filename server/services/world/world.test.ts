import { EventEmitter } from "node:events";
import pino from "pino";
import { afterEach, describe, expect, it, vi } from "vitest";

import { AppError } from "@/lib/errors";
import type { MachineEvent } from "@/lib/machine";
import type { BusSignal } from "@/server/systemd/bus";
import type { HostSystem } from "@/server/systemd/host-system";
import type { PoolImage, RegisteredMachine } from "@/server/systemd/machined";
import type { LoadedUnit } from "@/server/systemd/manager";
import { createWorld, type World } from "./world";

/** Just enough of a host to say when each answer comes; everything against the real one is in world.lab.test.ts. */
class FakeHost {
  registered: RegisteredMachine[] = [];
  images: PoolImage[] = [];
  units: LoadedUnit[] = [];
  connected = true;
  /** While set, the next ListMachines takes its picture at once but answers only when this resolves. */
  hold: Promise<void> | null = null;
  fail = 0;
  readonly events = new EventEmitter();
  readonly listMachines = vi.fn(async () => {
    if (this.fail > 0) {
      this.fail -= 1;
      throw new Error("machined is busy");
    }
    const picture = [...this.registered];
    const hold = this.hold;
    this.hold = null;
    await hold;
    return picture;
  });
  readonly machineProperties = vi.fn(async (path: string) => this.propertiesOf(path.slice("/m/".length)));
  readonly propertiesOf = (name: string) => ({
    unit: `systemd-nspawn@${name}.service`,
    leaderPid: 7,
    rootDirectory: `/var/lib/machines/${name}`,
    state: "running",
    startedAt: "2026-01-01T00:00:00.000Z",
  });
  readonly unitFileState = vi.fn(async () => "disabled");
  mark = "";
  readonly addresses = vi.fn(async (_name: string): Promise<string[]> => ["10.0.0.2"]);

  get system(): HostSystem {
    const host = this;
    return {
      addressMark: () => this.mark,
      bus: {
        get connected() {
          return host.connected;
        },
        onSignal: (listener: (signal: BusSignal) => void) => this.on("signal", listener),
        onState: (listener: (connected: boolean) => void) => this.on("state", listener),
        match: async () => {},
      },
      machined: {
        listMachines: this.listMachines,
        listImages: async () => [...this.images],
        machineProperties: this.machineProperties,
        machineAddresses: this.addresses,
        machineUidShift: async () => 0,
        machineOsRelease: async () => ({ ID: "debian", NAME: "Debian" }),
        imagePath: async (objectPath: string) => objectPath.replace("/i/", "/var/lib/machines/"),
        imageOsRelease: async () => ({ ID: "debian", NAME: "Debian" }),
      },
      manager: {
        subscribe: async () => {},
        listUnits: async () => [...this.units],
        unitFileState: this.unitFileState,
        unitState: async () => ({ result: "exit-code", execMainStatus: 1 }),
      },
    } as unknown as HostSystem;
  }

  addImage(name: string): void {
    const times = { createdAt: null, modifiedAt: null, usageBytes: null };
    this.images.push({ name, type: "directory", readOnly: false, ...times, objectPath: `/i/${name}` });
  }

  register(name: string): void {
    this.registered.push({ name, class: "container", service: "systemd-nspawn", path: `/m/${name}` });
    this.signal("MachineNew", name);
  }

  unregister(name: string): void {
    this.registered = this.registered.filter((row) => row.name !== name);
    this.signal("MachineRemoved", name);
  }

  signal(member: string, name: string): void {
    this.events.emit("signal", {
      path: "/org/freedesktop/machine1",
      interface: "org.freedesktop.machine1.Manager",
      member,
      body: [name, `/m/${name}`],
      sender: ":1.1",
    });
  }

  ownerChanged(name: string, owner: string): void {
    const path = "/org/freedesktop/DBus";
    const body = [name, ":1.1", owner];
    this.events.emit("signal", {
      path,
      interface: "org.freedesktop.DBus",
      member: "NameOwnerChanged",
      body,
      sender: "",
    });
  }

  setConnected(connected: boolean): void {
    this.connected = connected;
    this.events.emit("state", connected);
  }

  private on<T>(name: string, listener: (value: T) => void): () => void {
    this.events.on(name, listener);
    return () => this.events.off(name, listener);
  }
}

let world: World | undefined;
afterEach(() => {
  world?.close();
  vi.useRealTimers();
});

/** Longer than signals are gathered. */
const GATHERED_MS = 100;

/** Longer than addresses are asked for after a boot. */
const LONG_AFTER_MS = 120_000;

async function startWorld(host: FakeHost): Promise<{ world: World; events: MachineEvent[] }> {
  world = createWorld({ system: host.system, log: pino({ level: "silent" }) });
  await world.start();
  const events: MachineEvent[] = [];
  world.subscribe((event) => events.push(event));
  return { world, events };
}

/** A machine that runs since long ago, and somebody who looks at it since long ago. */
async function startWatched(): Promise<{ host: FakeHost; world: World; lookAway: () => void }> {
  vi.useFakeTimers();
  const host = new FakeHost();
  host.register("a");
  const { world } = await startWorld(host);
  await vi.advanceTimersByTimeAsync(LONG_AFTER_MS);
  const lookAway = world.attend();
  await vi.advanceTimersByTimeAsync(LONG_AFTER_MS);
  return { host, world, lookAway };
}

describe("the world", () => {
  it("does not lose a change that comes while it is reading", async () => {
    vi.useFakeTimers();
    const host = new FakeHost();
    host.addImage("a");
    host.register("a");
    const { world } = await startWorld(host);
    expect(world.machine("a")?.state).toBe("running");
    let release: () => void = () => {};
    host.hold = new Promise((resolve) => {
      release = resolve;
    });
    const calls = host.listMachines.mock.calls.length;
    host.signal("MachineRemoved", "other");
    await vi.waitFor(() => expect(host.listMachines.mock.calls.length).toBeGreaterThan(calls), 10_000);
    host.unregister("a"); // the held answer still has it, and no address timer looks again after a removal
    await vi.advanceTimersByTimeAsync(GATHERED_MS);
    release();
    await vi.waitFor(() => expect(world.machine("a")?.state).toBe("stopped"), 10_000);
  });

  it("drops a machine that has no image when machined says so, however long a look takes", async () => {
    vi.useFakeTimers();
    const host = new FakeHost();
    host.register("a");
    const { world, events } = await startWorld(host);
    const looks = host.listMachines.mock.calls.length;
    let release: () => void = () => {};
    host.hold = new Promise((resolve) => {
      release = resolve;
    });
    host.signal("MachineNew", "other");
    await vi.waitFor(() => expect(host.listMachines.mock.calls.length).toBeGreaterThan(looks), 10_000);
    host.unregister("a");
    expect(world.machine("a")).toBeUndefined();
    expect(events.at(-1)).toEqual({ type: "remove", name: "a" });
    // What the look under way has listed before is not shown again.
    const told = events.length;
    release();
    await vi.waitFor(() => expect(host.listMachines.mock.calls.length).toBeGreaterThan(looks + 1), 10_000);
    await vi.waitFor(() => expect(world.machine("a")).toBeUndefined(), 10_000);
    expect(events.slice(told)).toEqual([]);
    host.register("a");
    await vi.waitFor(() => expect(world.machine("a")?.state).toBe("running"), 10_000);
  });

  it("reads again after a read that failed", async () => {
    const host = new FakeHost();
    host.addImage("a");
    host.register("a");
    const { world } = await startWorld(host);
    host.fail = 1;
    host.unregister("a");
    await vi.waitFor(() => expect(world.machine("a")?.state).toBe("stopped"), 10_000);
  });

  it("says so when the bus goes away, and brings a fresh snapshot when it is back", async () => {
    const host = new FakeHost();
    host.addImage("a");
    host.register("a");
    const { world, events } = await startWorld(host);
    host.setConnected(false);
    expect(world.connected).toBe(false);
    expect(events.at(-1)).toEqual({ type: "status", connected: false });
    host.registered = []; // no signal can tell it
    host.setConnected(true);
    await vi.waitFor(() => expect(world.connected).toBe(true), 10_000);
    const fresh = events.filter((event) => event.type === "snapshot").at(-1);
    expect(fresh).toMatchObject({ connected: true, machines: [{ state: "stopped" }] });
  });

  it("calls rows live no longer when the host has not answered for a while", async () => {
    const host = new FakeHost();
    host.addImage("a");
    const { world, events } = await startWorld(host);
    host.fail = 1000;
    host.signal("MachineRemoved", "a");
    await vi.waitFor(() => expect(world.connected).toBe(false), 10_000);
    expect(events.filter((event) => event.type === "status")).toEqual([{ type: "status", connected: false }]);
    host.fail = 0;
    await vi.waitFor(() => expect(world.connected).toBe(true), 10_000);
    expect(events.at(-1)).toMatchObject({ type: "snapshot", connected: true });
  });

  it("calls rows live no longer while the host leaves a look unanswered, and is back with its answer", async () => {
    vi.useFakeTimers();
    const host = new FakeHost();
    host.addImage("a");
    const { world, events } = await startWorld(host);
    let answer: () => void = () => {};
    host.hold = new Promise((resolve) => {
      answer = resolve;
    });
    host.signal("MachineRemoved", "a");
    await vi.advanceTimersByTimeAsync(2000);
    expect(world.connected).toBe(false);
    expect(events.filter((event) => event.type !== "upsert")).toEqual([{ type: "status", connected: false }]);
    answer();
    await vi.advanceTimersByTimeAsync(GATHERED_MS);
    expect(world.connected).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: "snapshot", connected: true });
  });

  it("waits for an answer while the host tells of machines that come and go", async () => {
    vi.useFakeTimers();
    const host = new FakeHost();
    host.addImage("a");
    const { world } = await startWorld(host);
    host.hold = new Promise(() => {});
    for (let second = 0; second < 4; second += 1) {
      host.signal("MachineRemoved", "a");
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(world.connected).toBe(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect(world.connected).toBe(false);
  });

  it("looks again at once where an answer did not come in time", async () => {
    vi.useFakeTimers();
    const host = new FakeHost();
    host.addImage("a");
    await startWorld(host);
    const timeout = new AppError("TIMEOUT", "It did not answer in time.");
    for (let failed = 0; failed < 10; failed += 1) host.listMachines.mockRejectedValueOnce(timeout);
    const calls = host.listMachines.mock.calls.length;
    host.signal("MachineRemoved", "a");
    await vi.advanceTimersByTimeAsync(1200);
    expect(host.listMachines.mock.calls.length).toBe(calls + 11);
  });

  it.each([
    ["", 0],
    [", after a look that failed", 1],
  ])("waits for a host that answers slowly, as long as it answers%s", async (_after, failed) => {
    vi.useFakeTimers();
    const host = new FakeHost();
    const { events } = await startWorld(host);
    let turn = Promise.resolve();
    // One after another, as machined does.
    host.machineProperties.mockImplementation(async (path) => {
      turn = turn.then(() => new Promise((resolve) => setTimeout(resolve, 300)));
      await turn;
      return host.propertiesOf(path.slice("/m/".length));
    });
    host.fail = failed;
    const names = Array.from({ length: 20 }, (_, index) => `m${index}`);
    for (const name of names) host.register(name);
    await vi.advanceTimersByTimeAsync(8000);
    expect(events.filter((event) => event.type === "status")).toEqual([]);
    expect(events.flatMap((event) => (event.type === "upsert" ? [event.machine.name] : []))).toEqual(
      expect.arrayContaining(names),
    );
  });

  it("calls rows live no longer when the host lists its machines and goes on telling nothing but errors of one", async () => {
    vi.useFakeTimers();
    const host = new FakeHost();
    const { world } = await startWorld(host);
    host.machineProperties.mockRejectedValue(new Error("machined is busy"));
    host.register("a");
    await vi.advanceTimersByTimeAsync(5000);
    expect(world.connected).toBe(false);
  });

  it("hears of no trouble when machined is back at once", async () => {
    vi.useFakeTimers();
    const host = new FakeHost();
    host.addImage("a");
    host.register("a");
    const { world, events } = await startWorld(host);
    const known = { os: { id: "debian" }, addresses: ["10.0.0.2"] };
    await vi.waitFor(() => expect(world.machine("a")).toMatchObject(known), 10_000);
    const told = events.length;
    host.fail = 2;
    host.ownerChanged("org.freedesktop.machine1", "");
    await vi.waitFor(() => expect(host.fail).toBe(0), 10_000);
    host.ownerChanged("org.freedesktop.machine1", ":1.9");
    host.signal("MachineNew", "a");
    const calls = host.listMachines.mock.calls.length;
    await vi.waitFor(() => expect(host.listMachines.mock.calls.length).toBeGreaterThan(calls), 10_000);
    await vi.advanceTimersByTimeAsync(GATHERED_MS);
    expect(events.slice(told)).toEqual([]);
  });

  it("lets machined rest when it leaves for want of work", async () => {
    vi.useFakeTimers();
    const host = new FakeHost();
    host.addImage("a");
    await startWorld(host);
    const calls = host.listMachines.mock.calls.length;
    host.ownerChanged("org.freedesktop.machine1", "");
    await vi.advanceTimersByTimeAsync(GATHERED_MS);
    expect(host.listMachines.mock.calls.length).toBe(calls);
  });

  it("shows a machine before its slow facts are there, and what is known of its image until then", async () => {
    const host = new FakeHost();
    host.addImage("a");
    const { world, events } = await startWorld(host);
    await vi.waitFor(() => expect(world.machine("a")?.os).toMatchObject({ id: "debian" }), 10_000);
    let answer: (addresses: string[]) => void = () => {};
    host.addresses.mockImplementation(() => new Promise((resolve) => (answer = resolve)));
    host.register("a");
    await vi.waitFor(() => expect(world.machine("a")?.state).toBe("running"), 10_000);
    expect(world.machine("a")).toMatchObject({ os: { id: "debian" }, addresses: [] });
    await vi.waitFor(() => expect(host.addresses).toHaveBeenCalled(), 10_000);
    answer(["10.0.0.9"]);
    await vi.waitFor(() => expect(world.machine("a")?.addresses).toEqual(["10.0.0.9"]), 10_000);
    host.unregister("a");
    await vi.waitFor(() => expect(world.machine("a")).toMatchObject({ state: "stopped", addresses: [] }), 10_000);
    expect(events.at(-1)).toMatchObject({ type: "upsert", machine: { addresses: [] } });
  });

  it("sees an address that comes long after the boot while somebody looks, and asks for none that has not changed", async () => {
    const { host, world, lookAway } = await startWatched();
    const asked = host.addresses.mock.calls.length;
    host.addresses.mockResolvedValue(["10.0.0.2", "10.9.9.9"]);
    await vi.advanceTimersByTimeAsync(LONG_AFTER_MS);
    expect(host.addresses.mock.calls.length).toBe(asked);
    host.mark = "changed";
    await vi.advanceTimersByTimeAsync(1100);
    expect(world.machine("a")?.addresses).toEqual(["10.0.0.2", "10.9.9.9"]);
    expect(host.addresses.mock.calls.length).toBe(asked + 1);
    lookAway();
    host.mark = "unseen";
    await vi.advanceTimersByTimeAsync(LONG_AFTER_MS);
    expect(host.addresses.mock.calls.length).toBe(asked + 1);
  });

  it("is not misled by an address that comes while addresses are read, and goes again", async () => {
    const { host, world } = await startWatched();
    host.mark = "first";
    host.addresses.mockImplementationOnce(async () => {
      host.mark = "second";
      return ["10.9.9.9"];
    });
    await vi.advanceTimersByTimeAsync(1000);
    host.mark = "first";
    await vi.advanceTimersByTimeAsync(2100);
    expect(world.machine("a")?.addresses).toEqual(["10.0.0.2"]);
  });

  it("waits for an answer that takes longer than the time between two looks", async () => {
    const { host, world } = await startWatched();
    host.addresses.mockImplementation(() => new Promise((resolve) => setTimeout(() => resolve(["10.9.9.9"]), 5000)));
    host.mark = "changed";
    await vi.advanceTimersByTimeAsync(6100);
    expect(world.machine("a")?.addresses).toEqual(["10.9.9.9"]);
  });

  it("asks for a changed address again where the host did not answer", async () => {
    const { host, world } = await startWatched();
    host.addresses.mockRejectedValueOnce(new AppError("TIMEOUT", "machined did not answer in time."));
    host.addresses.mockResolvedValue(["10.9.9.9"]);
    host.mark = "changed";
    await vi.advanceTimersByTimeAsync(2100);
    expect(world.machine("a")?.addresses).toEqual(["10.9.9.9"]);
  });

  it("sees what has no signal while somebody looks, and leaves the host alone while nobody does", async () => {
    vi.useFakeTimers();
    const host = new FakeHost();
    host.addImage("a");
    const { world } = await startWorld(host);
    const lookAway = world.attend();
    host.images = host.images.map((image) => ({ ...image, readOnly: true }));
    await vi.advanceTimersByTimeAsync(11_100);
    expect(world.machine("a")?.readOnly).toBe(true);
    lookAway();
    const calls = host.listMachines.mock.calls.length;
    await vi.advanceTimersByTimeAsync(LONG_AFTER_MS);
    expect(host.listMachines.mock.calls.length).toBe(calls);
  });

  it("leaves the machines alone that a signal does not concern", async () => {
    const host = new FakeHost();
    for (const name of ["a", "b", "c"]) {
      host.addImage(name);
      host.register(name);
    }
    const { world } = await startWorld(host);
    host.machineProperties.mockClear();
    host.unitFileState.mockClear();
    host.unregister("b");
    await vi.waitFor(() => expect(world.machine("b")?.state).toBe("stopped"), 10_000);
    expect(host.machineProperties.mock.calls.map(([path]) => path)).not.toContain("/m/a");
    expect(host.unitFileState).toHaveBeenCalledTimes(1);
  });
});
