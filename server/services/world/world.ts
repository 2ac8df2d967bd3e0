import type { Logger } from "pino";

import type { Machine, MachineEvent } from "@/lib/machine";
import type { BusSignal } from "@/server/systemd/bus";
import type { HostSystem } from "@/server/systemd/host-system";
import { DirtyNames } from "./dirty-names";
import { mergeMachine } from "./merge-machine";
import { type Listing, listingKey, OsCache, readListing, readParts } from "./read-parts";
import { scopeOf } from "./signal-scope";
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

/** A read that failed (machined restarting, say) is tried again, so that nothing dirty is forgotten; the last delay repeats. */
const RETRY_DELAYS_MS = [200, 500, 1000, 2000, 5000, 15_000];

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
  readonly #dirtyNames = new DirtyNames();
  /** What the listing said of each row when it was read: a difference is a change without a signal (an image, say). */
  readonly #listingKeys = new Map<string, string>();
  #connected = false;
  #dirty = false;
  /** PID 1 sends us signals: before that no row may be called live. */
  #subscribed = false;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;
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
    clearTimeout(this.#retry);
    for (const timer of this.#addressTimers.values()) clearTimeout(timer);
    this.#listeners.clear();
  }

  async refresh(): Promise<void> {
    this.#dirtyNames.markAll();
    this.#dirty = true;
    await this.#drain();
  }

  /** Subscribes, then lists: nothing can fall between. What fails is tried again. */
  async #attach(): Promise<void> {
    try {
      await this.#system.manager.subscribe();
      this.#subscribed = true;
      await this.refresh();
    } catch (error) {
      this.#retryLater(error, () => void (this.#system.bus.connected && this.#attach()));
    }
  }

  #detach(): void {
    this.#subscribed = false;
    this.#connected = false;
    this.#emit({ type: "status", connected: false });
  }

  #onSignal(signal: BusSignal): void {
    const scope = scopeOf(signal);
    if (scope.kind === "none") return;
    if (scope.kind === "all") this.#dirtyNames.markAll();
    else this.#dirtyNames.mark(scope.name);
    this.#markDirty();
  }

  #expectAddresses(name: string, attempt = 0): void {
    clearTimeout(this.#addressTimers.get(name));
    const delay = ADDRESS_DELAYS_MS[attempt];
    if (delay === undefined) return;
    const timer = setTimeout(async () => {
      this.#addressTimers.delete(name);
      if (!this.#connected) return;
      this.#dirtyNames.mark(name);
      this.#dirty = true;
      await this.#drain();
      const row = this.#rows.get(name);
      if (row?.leaderPid && row.addresses.length === 0 && !this.#addressTimers.has(name))
        this.#expectAddresses(name, attempt + 1);
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
      try {
        await this.#read();
        this.#failures = 0;
        this.#announce();
      } catch (error) {
        this.#retryLater(error, () => this.#markDirty());
      }
    }
  }

  /** After the first read of a connection: from here on rows are live, and changes are told one by one. */
  #announce(): void {
    if (this.#connected || !this.#subscribed) return;
    this.#connected = true;
    this.#emit({ type: "snapshot", machines: this.machines(), connected: true });
  }

  #retryLater(error: unknown, again: () => void): void {
    // A bus that went away comes back with a new attach.
    if (!this.#system.bus.connected) return;
    const delay = RETRY_DELAYS_MS[Math.min(this.#failures, RETRY_DELAYS_MS.length - 1)] ?? 1000;
    this.#failures += 1;
    this.#log.warn({ err: error, retryInMs: delay }, "the host could not be read");
    clearTimeout(this.#retry);
    this.#retry = setTimeout(again, delay);
  }

  /** One look: lists, then reads what is marked or listed differently than before. */
  async #read(): Promise<void> {
    const dirty = this.#dirtyNames.take();
    const listing = await readListing(this.#system).catch((error: unknown) => {
      this.#dirtyNames.markAll();
      throw error;
    });
    const names = [...new Set([...listing.registered.keys(), ...listing.images.keys()])];
    const present = new Set(names);
    for (const name of this.#rows.keys()) if (!present.has(name)) this.#drop(name);
    const concerned = names.filter(
      (name) => dirty.has(name) || this.#listingKeys.get(name) !== listingKey(listing, name),
    );
    const results = await Promise.allSettled(concerned.map((name) => this.#readOne(listing, name)));
    const failed = results.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
  }

  async #readOne(listing: Listing, name: string): Promise<void> {
    try {
      const row = mergeMachine(await readParts(this.#system, listing, name, this.#osCache), null);
      if (row) this.#put(row);
      else this.#drop(name);
      this.#listingKeys.set(name, listingKey(listing, name));
    } catch (error) {
      this.#dirtyNames.mark(name);
      throw error;
    }
  }

  #put(row: Machine): void {
    const before = this.#rows.get(row.name);
    const since =
      before && before.state === row.state ? before.stateSince : before ? new Date().toISOString() : row.since;
    const next = { ...row, stateSince: since };
    if (before && JSON.stringify(before) === JSON.stringify(next)) return;
    this.#rows.set(next.name, next);
    if (next.leaderPid !== null && next.leaderPid !== before?.leaderPid && next.addresses.length === 0)
      this.#expectAddresses(next.name);
    if (this.#connected) this.#emit({ type: "upsert", machine: next });
  }

  #drop(name: string): void {
    this.#listingKeys.delete(name);
    if (!this.#rows.delete(name)) return;
    if (this.#connected) this.#emit({ type: "remove", name });
  }

  #emit(event: MachineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
