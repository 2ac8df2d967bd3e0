import type { Machine } from "@/lib/machine";
import { Semaphore } from "@/server/systemd/semaphore";
import { RepeatedRead } from "./repeated-read";

/** Addresses have no signal: after a boot they are asked for this long after one another. */
const ADDRESS_DELAYS_MS = [0, 100, 200, 400, 800, 1500, 3000, 6000, 12_000, 30_000];
/** A tree that is still being copied has no os-release(5) yet. */
const OS_DELAYS_MS = [0, 1000, 3000, 8000, 20_000, 60_000];
/** Each read costs machined a fork, and it answers one caller at a time: rows come first. */
const MAX_IN_FLIGHT = 2;

/** What a name stands for: the boot of a machine, the tree of an image. Null where there is none. */
export interface Subject {
  boot: string | null;
  tree: string | null;
}

export interface LateReaders {
  /** The OS of the running machine, or else of the image; null where nothing tells it. */
  os(name: string, running: boolean): Promise<Machine["os"]>;
  /** Null where the machine has no network of its own. */
  addresses(name: string): Promise<string[] | null>;
}

interface Entry {
  subject: Subject;
  os: Machine["os"];
  addresses: string[];
  readOs: RepeatedRead;
  readAddresses: RepeatedRead;
}

/** Facts that have no signal and are slow to read: kept beside the rows, read again after a while, told when they changed. */
export class LateFacts {
  readonly #entries = new Map<string, Entry>();
  readonly #places = new Semaphore(MAX_IN_FLIGHT);
  readonly #readers: LateReaders;
  readonly #onChange: (name: string) => void;

  constructor(readers: LateReaders, onChange: (name: string) => void) {
    this.#readers = readers;
    this.#onChange = onChange;
  }

  /** The OS known of an image is told for its machine too, until the machine itself was asked. */
  get(name: string): Pick<Machine, "os" | "addresses"> {
    const entry = this.#entries.get(name);
    return { os: entry?.os ?? null, addresses: entry?.addresses ?? [] };
  }

  /** Says what the name stands for now; reads where that is new. */
  follow(name: string, { boot, tree }: Subject): void {
    const entry = this.#entries.get(name) ?? this.#add(name);
    const before = entry.subject;
    entry.subject = { boot, tree };
    if (before.boot !== boot || before.tree !== tree) entry.readOs.start();
    if (before.boot === boot) return;
    entry.addresses = [];
    if (boot === null) entry.readAddresses.stop();
    else entry.readAddresses.start();
  }

  forget(name: string): void {
    const entry = this.#entries.get(name);
    entry?.readOs.stop();
    entry?.readAddresses.stop();
    this.#entries.delete(name);
  }

  /** Asks for every running machine's addresses anew: they may change long after its boot. */
  refreshAddresses(): void {
    for (const { subject, readAddresses } of this.#entries.values())
      if (subject.boot !== null && readAddresses.idle) readAddresses.once();
  }

  close(): void {
    for (const name of [...this.#entries.keys()]) this.forget(name);
  }

  #add(name: string): Entry {
    const entry: Entry = {
      subject: { boot: null, tree: null },
      os: null,
      addresses: [],
      readOs: new RepeatedRead(OS_DELAYS_MS, (isCurrent) => this.#readOs(name, entry, isCurrent)),
      readAddresses: new RepeatedRead(ADDRESS_DELAYS_MS, (isCurrent) => this.#readAddresses(name, entry, isCurrent)),
    };
    this.#entries.set(name, entry);
    return entry;
  }

  async #readOs(name: string, entry: Entry, isCurrent: () => boolean): Promise<boolean> {
    const os = await this.#ask(isCurrent, () => this.#readers.os(name, entry.subject.boot !== null));
    if (os !== undefined && isCurrent() && JSON.stringify(os) !== JSON.stringify(entry.os)) {
      entry.os = os;
      this.#onChange(name);
    }
    return !os;
  }

  async #readAddresses(name: string, entry: Entry, isCurrent: () => boolean): Promise<boolean> {
    const addresses = await this.#ask(isCurrent, () => this.#readers.addresses(name));
    if (addresses && isCurrent() && addresses.join() !== entry.addresses.join()) {
      entry.addresses = addresses;
      this.#onChange(name);
    }
    return addresses !== null;
  }

  /** The answer; undefined where there is none, or nobody wants it any more. */
  #ask<T>(isCurrent: () => boolean, read: () => Promise<T>): Promise<T | undefined> {
    return this.#places.run(async () => (isCurrent() ? read().catch(() => undefined) : undefined));
  }
}
