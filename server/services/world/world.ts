import type { Logger } from "pino";

import type { Machine, MachineEvent } from "@/lib/machine";
import type { BusSignal } from "@/server/systemd/bus";
import type { HostSystem } from "@/server/systemd/host-system";
import { mergeMachine } from "./merge-machine";
import { OsCache, readListing, readParts } from "./read-parts";
import { watchImages } from "./watch-images";

/** Addresses have no signal: after a start they are asked for at these times, until there is one. */
const ADDRESS_DELAYS_MS = [100, 200, 400, 800, 1500, 3000, 6000, 12_000, 30_000];
/** Signals come in bursts; one look answers all of a burst. */
const COALESCE_MS = 5;

const MATCHES = [
  "type='signal',sender='org.freedesktop.machine1',interface='org.freedesktop.machine1.Manager'",
  "type='signal',sender='org.freedesktop.systemd1',interface='org.freedesktop.systemd1.Manager'",
  "type='signal',sender='org.freedesktop.systemd1',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',arg0='org.freedesktop.systemd1.Unit'",
  "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.freedesktop.machine1'",
];

/** `systemd-nspawn@` as an object path escapes it. */
const NSPAWN_PATH = "/org/freedesktop/systemd1/unit/systemd_2dnspawn_40";

/** The live view of machines and images: subscribes first, then lists, and tells only what really changed. */
export interface World {
  /** False while the bus is away: rows are then the last known, and nobody may take them for live. */
  readonly connected: boolean;
  machines(): Machine[];
  machine(name: string): Machine | undefined;
  subscribe(listener: (event: MachineEvent) => void): () => void;
  start(): Promise<void>;
  /** Looks again now; resolves when the rows are as the host has them. */
  refresh(): Promise<void>;
  close(): void;
}

export function createWorld({ system, log }: { system: HostSystem; log: Logger }): World {
  return new LiveWorld(system, log.child({ component: "world" }));
}

class LiveWorld implements World {
  readonly #system: HostSystem;
  readonly #log: Logger;
  readonly #rows = new Map<string, Machine>();
  readonly #listeners = new Set<(event: MachineEvent) => void>();
  readonly #osCache = new OsCache();
  readonly #addressTimers = new Map<string, NodeJS.Timeout>();
  #connected = false;
  #dirty = false;
  #draining: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #stop: (() => void)[] = [];

  constructor(system: HostSystem, log: Logger) {
    this.#system = system;
    this.#log = log;
  }

  get connected(): boolean {
    return this.#connected;
  }

  machines(): Machine[] {
    return [...this.#rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  machine(name: string): Machine | undefined {
    return this.#rows.get(name);
  }

  subscribe(listener: (event: MachineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async start(): Promise<void> {
    const { bus } = this.#system;
    this.#stop = [
      bus.onSignal((signal) => this.#onSignal(signal)),
      bus.onState((connected) => void (connected ? this.#attach() : this.#detach())),
      watchImages(() => this.#markDirty()),
    ];
    for (const rule of MATCHES) await bus.match(rule);
    if (bus.connected) await this.#attach();
  }

  close(): void {
    for (const stop of this.#stop) stop();
    clearTimeout(this.#timer);
    for (const timer of this.#addressTimers.values()) clearTimeout(timer);
    this.#listeners.clear();
  }

  async refresh(): Promise<void> {
    this.#dirty = true;
    await this.#drain();
  }

  async #attach(): Promise<void> {
    try {
      await this.#system.manager.subscribe();
      await this.#read();
      this.#connected = true;
      this.#emit({ type: "snapshot", machines: this.machines(), connected: true });
    } catch (error) {
      this.#log.warn({ err: error }, "the host could not be listed");
      this.#timer = setTimeout(() => void (this.#system.bus.connected && this.#attach()), 1000);
    }
  }

  #detach(): void {
    this.#connected = false;
    this.#emit({ type: "status", connected: false });
  }

  #onSignal(signal: BusSignal): void {
    if (signal.member === "PropertiesChanged" && !signal.path.startsWith(NSPAWN_PATH)) return;
    const [first, second] = signal.body;
    if (signal.member.startsWith("Unit") && signal.member !== "UnitFilesChanged" && !isMachineUnit(first)) return;
    if (signal.member.startsWith("Job") && !isMachineUnit(signal.body[2])) return;
    if (signal.member === "MachineNew" && typeof first === "string" && typeof second === "string")
      this.#expectAddresses(first);
    this.#markDirty();
  }

  #expectAddresses(name: string, attempt = 0): void {
    clearTimeout(this.#addressTimers.get(name));
    const delay = ADDRESS_DELAYS_MS[attempt];
    if (delay === undefined) return;
    const timer = setTimeout(async () => {
      this.#addressTimers.delete(name);
      if (!this.#connected) return;
      await this.refresh();
      const row = this.#rows.get(name);
      if (row?.state !== "stopped" && row?.addresses.length === 0) this.#expectAddresses(name, attempt + 1);
    }, delay);
    this.#addressTimers.set(name, timer.unref());
  }

  #markDirty(): void {
    this.#dirty = true;
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#drain();
    }, COALESCE_MS);
  }

  /** Reads until nothing changed while reading: a signal that arrives meanwhile is never lost, and only one read runs. */
  #drain(): Promise<void> {
    this.#draining ??= this.#readWhileDirty().finally(() => {
      this.#draining = null;
      if (this.#dirty && this.#system.bus.connected) this.#markDirty();
    });
    return this.#draining;
  }

  async #readWhileDirty(): Promise<void> {
    while (this.#dirty && this.#system.bus.connected) {
      this.#dirty = false;
      await this.#read().catch((error: unknown) => this.#log.warn({ err: error }, "the host could not be read"));
    }
  }

  async #read(): Promise<void> {
    const listing = await readListing(this.#system);
    const names = new Set([...listing.registered.keys(), ...listing.images.keys()]);
    const rows = await Promise.all(
      [...names].map(async (name) => {
        const parts = await readParts(this.#system, listing, name, this.#osCache);
        return mergeMachine(parts, null);
      }),
    );
    for (const row of rows) if (row) this.#put(row);
    for (const name of this.#rows.keys()) if (!rows.some((row) => row?.name === name)) this.#drop(name);
  }

  #put(row: Machine): void {
    const before = this.#rows.get(row.name);
    const since =
      before && before.state === row.state ? before.stateSince : before ? new Date().toISOString() : row.since;
    const next = { ...row, stateSince: since };
    if (before && JSON.stringify(before) === JSON.stringify(next)) return;
    this.#rows.set(next.name, next);
    if (this.#connected) this.#emit({ type: "upsert", machine: next });
  }

  #drop(name: string): void {
    this.#rows.delete(name);
    if (this.#connected) this.#emit({ type: "remove", name });
  }

  #emit(event: MachineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function isMachineUnit(unit: unknown): boolean {
  return typeof unit === "string" && (unit.startsWith("systemd-nspawn@") || unit.startsWith("machine-"));
}
