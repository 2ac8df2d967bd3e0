import type { Logger } from "pino";

import { AppError } from "@/lib/errors";
import type { Machine, MachineEvent } from "@/lib/machine";
import type { BusSignal } from "@/server/systemd/bus";
import type { HostSystem } from "@/server/systemd/host-system";
import { Attention } from "./attention";
import { DirtyNames } from "./dirty-names";
import { LateFacts } from "./late-facts";
import { type MachineParts, mergeMachine } from "./merge-machine";
import { type Listing, lateReaders, listingKey, readListing, readParts, subjectOf } from "./read-parts";
import { Rows } from "./rows";
import { scopeOf } from "./signal-scope";
import { type ImageWatch, watchImages } from "./watch-images";

/** Signals come in bursts; one look answers all of a burst. */
const COALESCE_MS = 5;
/** A read that failed (machined restarting, say) is tried again, so that nothing dirty is forgotten; the last delay repeats. */
const RETRY_DELAYS_MS = [100, 200, 500, 1000, 2000, 5000, 15_000];
/**
 * Rows are told to be no longer live when a look has had no answer for so long, or only errors. The longest wait of an honest host, with
 * 200 machines that come at once and its processors busy with other things, was 0.46 s in the lab; a restart of machined takes 0.07 s.
 */
const STALE_MS = 1500;
/** What has no signal is looked at while somebody looks: marks of addresses, which cost next to nothing, */
const LOOK_AT_MARKS_MS = 1000;
/** and the lists, where an image that is made read-only is told. */
const LOOK_AGAIN_MS = 10_000;
/** A host that does not answer must not keep the api from starting. */
const START_TIMEOUT_MS = 1000;

const MATCHES = [
  "type='signal',sender='org.freedesktop.machine1',interface='org.freedesktop.machine1.Manager'",
  "type='signal',sender='org.freedesktop.systemd1',interface='org.freedesktop.systemd1.Manager'",
  "type='signal',sender='org.freedesktop.systemd1',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged',arg0='org.freedesktop.systemd1.Unit'",
  "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.freedesktop.machine1'",
  "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='org.freedesktop.systemd1'",
];

/** The live view of machines and images: subscribes first, then lists, and tells only what really changed. */
export interface World {
  /** False while the host cannot be asked: rows are then the last known, and nobody may take them for live. */
  readonly connected: boolean;
  machines(): Machine[];
  machine(name: string): Machine | undefined;
  subscribe(listener: (event: MachineEvent) => void): () => void;
  /** Somebody looks at the rows until the returned function is called: what has no signal is looked at now, and again and again. */
  attend(): () => void;
  /** Resolves when the rows are there, or soon: where the host does not answer they come later. */
  start(): Promise<void>;
  /** Looks again now, at one machine or at all; resolves when the rows are as the host has them. */
  refresh(name?: string): Promise<void>;
  close(): void;
}

export function createWorld({ system, log }: { system: HostSystem; log: Logger }): World {
  return new LiveWorld(system, log.child({ component: "world" }));
}

class LiveWorld implements World {
  readonly #system: HostSystem;
  readonly #log: Logger;
  readonly #rows = new Rows();
  readonly #parts = new Map<string, MachineParts>();
  readonly #late: LateFacts;
  readonly #listeners = new Set<(event: MachineEvent) => void>();
  readonly #dirtyNames = new DirtyNames();
  readonly #attention = new Attention(LOOK_AT_MARKS_MS, () => this.#lookAgain());
  /** What the listing said of each row when it was read: a difference is a change without a signal (an image, say). */
  readonly #listingKeys = new Map<string, string>();
  /** Machines that went while the host was being looked at: what was listed of them is not shown again. */
  readonly #goneSinceLook = new Set<string>();
  #images: ImageWatch | undefined;
  #connected = false;
  #dirty = false;
  /** PID 1 sends us signals: before that no row may be called live. */
  #subscribed = false;
  #failures = 0;
  #lookedAtMs = 0;
  #answers = 0;
  #retry: NodeJS.Timeout | undefined;
  #stale: NodeJS.Timeout | undefined;
  #draining: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #stop: (() => void)[] = [];

  constructor(system: HostSystem, log: Logger) {
    this.#system = system;
    this.#log = log;
    this.#late = new LateFacts(lateReaders(system), (name) => this.#show(name));
  }

  get connected(): boolean {
    return this.#connected;
  }

  machines(): Machine[] {
    return this.#rows.sorted();
  }

  machine(name: string): Machine | undefined {
    return this.#rows.get(name);
  }

  subscribe(listener: (event: MachineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  attend(): () => void {
    return this.#attention.pay();
  }

  async start(): Promise<void> {
    const { bus } = this.#system;
    this.#lookedAtMs = performance.now();
    this.#images = watchImages(() => this.#markDirty());
    this.#stop = [
      bus.onSignal((signal) => this.#onSignal(signal)),
      bus.onState((connected) => (connected ? void this.#attach() : this.#detach())),
      this.#images.close,
    ];
    await Promise.race([this.#attachFirst(), timeout(START_TIMEOUT_MS)]);
  }

  close(): void {
    for (const stop of this.#stop) stop();
    for (const timer of [this.#timer, this.#retry, this.#stale]) clearTimeout(timer);
    this.#attention.close();
    this.#late.close();
    this.#listeners.clear();
  }

  async refresh(name?: string): Promise<void> {
    if (name === undefined) this.#dirtyNames.markAll();
    else this.#dirtyNames.mark(name);
    this.#dirty = true;
    await this.#drain();
  }

  async #attachFirst(): Promise<void> {
    await Promise.all(MATCHES.map((rule) => this.#system.bus.match(rule)));
    await this.#attach();
  }

  /** Subscribes, then lists: nothing can fall between. What fails is tried again. */
  async #attach(): Promise<void> {
    if (!this.#system.bus.connected) return;
    try {
      await this.#system.manager.subscribe();
      this.#subscribed = true;
      await this.refresh();
    } catch (error) {
      this.#retryLater(error);
    }
  }

  #detach(): void {
    this.#subscribed = false;
    this.#setConnected(false);
  }

  #onSignal(signal: BusSignal): void {
    const scope = scopeOf(signal);
    switch (scope.kind) {
      case "none":
        return;
      case "machined-gone":
        // Asking would start it again, to no end where nothing runs: it left because it had nothing to do.
        if (!this.#rows.anyRunning()) return;
        break;
      case "manager-new":
        void this.#attach();
        return;
      case "pool":
        this.#images?.rearm();
        break;
      case "all":
        this.#dirtyNames.markAll();
        break;
      case "machine":
        this.#onTold();
        this.#dirtyNames.mark(scope.name);
        break;
      case "machine-gone":
        this.#onTold();
        this.#onGone(scope.name);
        break;
      case "list":
        break;
    }
    this.#markDirty();
  }

  #lookAgain(): void {
    this.#late.lookAgain();
    if (performance.now() - this.#lookedAtMs < LOOK_AGAIN_MS) return;
    this.#lookedAtMs = performance.now();
    this.#markDirty();
  }

  /** Of a machine without an image nothing is left to look at: its row goes now, however long the next look takes. */
  #onGone(name: string): void {
    this.#dirtyNames.mark(name);
    const row = this.#rows.get(name);
    if (row?.image !== null) return;
    this.#goneSinceLook.add(name);
    this.#drop(name);
  }

  #markDirty(): void {
    this.#dirty = true;
    this.#timer ??= setTimeout(() => {
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
      this.#expectAnswers();
      try {
        await this.#read();
        this.#onRead();
      } catch (error) {
        this.#retryLater(error);
      }
    }
  }

  #expectAnswers(): void {
    this.#stale ??= setTimeout(() => {
      const before = this.#answers;
      // Where it was us who had no time, answers may lie there unread: they come first.
      setImmediate(() => {
        if (this.#stale && this.#answers === before) this.#setConnected(false);
      });
    }, STALE_MS);
  }

  /** A look at many machines may be long, also the one after a look that failed: what counts is that the host goes on answering. */
  #onAnswer(): void {
    this.#answers += 1;
    this.#stale?.refresh();
  }

  /**
   * Where machines end in a burst, machined answers nobody while PID 1 stops one after the other, and tells so: it was 2.6 s for 120
   * machines on a busy host. After a look that failed only an answer counts.
   */
  #onTold(): void {
    if (this.#failures === 0) this.#onAnswer();
  }

  /** After the first read of a connection rows are live, and changes are told one by one. */
  #onRead(): void {
    this.#failures = 0;
    clearTimeout(this.#stale);
    this.#stale = undefined;
    if (this.#subscribed) this.#setConnected(true);
  }

  #setConnected(connected: boolean): void {
    if (this.#connected === connected) return;
    this.#connected = connected;
    this.#emit(connected ? { type: "snapshot", machines: this.machines(), connected } : { type: "status", connected });
  }

  #retryLater(error: unknown): void {
    // A bus that went away comes back with a new attach.
    if (!this.#system.bus.connected) return;
    // What was not answered in time has waited long enough: while it hangs, a look is always there for it to answer.
    const last = isTimeout(error) ? 0 : RETRY_DELAYS_MS.length - 1;
    const delay = RETRY_DELAYS_MS[Math.min(this.#failures, last)];
    this.#failures += 1;
    this.#expectAnswers();
    this.#log.warn({ err: error, retryInMs: delay }, "the host could not be read");
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => (this.#subscribed ? this.#markDirty() : void this.#attach()), delay);
  }

  /** One look: lists, then reads what is marked or listed differently than before. */
  async #read(): Promise<void> {
    const dirty = this.#dirtyNames.take();
    this.#goneSinceLook.clear();
    const listing = await readListing(this.#system).catch((error: unknown) => {
      this.#dirtyNames.give(dirty);
      throw error;
    });
    this.#onAnswer();
    const present = new Set([...listing.registered.keys(), ...listing.images.keys()]);
    for (const name of this.#rows.names()) if (!present.has(name)) this.#drop(name);
    const concerned = [...present].filter(
      (name) => dirty.has(name) || this.#listingKeys.get(name) !== listingKey(listing, name),
    );
    const results = await Promise.allSettled(concerned.map((name) => this.#readOne(listing, name)));
    const failed = results.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
  }

  async #readOne(listing: Listing, name: string): Promise<void> {
    try {
      const parts = await readParts(this.#system, listing, name);
      this.#onAnswer();
      if (this.#goneSinceLook.has(name)) return;
      this.#parts.set(name, parts);
      this.#listingKeys.set(name, listingKey(listing, name));
      this.#late.follow(name, subjectOf(parts));
      this.#show(name);
    } catch (error) {
      this.#dirtyNames.mark(name);
      throw error;
    }
  }

  #show(name: string): void {
    const parts = this.#parts.get(name);
    const row = parts && mergeMachine(parts, this.#late.get(name));
    if (row) this.#tell(this.#rows.put(row));
    else this.#drop(name);
  }

  #drop(name: string): void {
    this.#parts.delete(name);
    this.#listingKeys.delete(name);
    this.#late.forget(name);
    this.#tell(this.#rows.drop(name));
  }

  /** While not connected, the snapshot that ends it tells all changes at once. */
  #tell(event: MachineEvent | null): void {
    if (event && this.#connected) this.#emit(event);
  }

  #emit(event: MachineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof AppError && error.code === "TIMEOUT";
}

function timeout(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
