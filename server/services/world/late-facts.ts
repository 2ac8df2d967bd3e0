import { AppError } from "@/lib/errors";
import type { Machine } from "@/lib/machine";
import { Semaphore } from "@/server/systemd/semaphore";
import { RepeatedRead } from "./repeated-read";

/** Addresses have no signal: after a boot they are asked for this long after one another. */
const ADDRESS_DELAYS_MS = [0, 100, 200, 400, 800, 1500, 3000, 6000, 12_000, 30_000];
/** A tree that is still being copied has no os-release(5) yet. */
const OS_DELAYS_MS = [0, 1000, 3000, 8000, 20_000, 60_000];
/** Each read costs machined a fork, and it answers one caller at a time: rows come first. */
const MAX_IN_FLIGHT = 2;
/** Of so many machines the marks are compared at once: 2 ms, whatever their number. */
const MARKS_AT_ONCE = 50;

/** What a name stands for: the boot of a machine, the tree of an image. Null where there is none. */
export interface Subject {
  boot: string | null;
  tree: string | null;
  leaderPid: number | null;
}

export interface LateReaders {
  /** The OS of the running machine, or else of the image; null where nothing tells it. */
  os(name: string, running: boolean): Promise<Machine["os"]>;
  /** Null where the machine has no network of its own. */
  addresses(name: string): Promise<string[] | null>;
  /** Another one after each change of the addresses. Costs next to nothing. */
  addressMark(leaderPid: number): string | null;
}

interface Entry {
  subject: Subject;
  os: Machine["os"];
  addresses: string[];
  /** Of these addresses; undefined where they have to be asked for again. */
  mark: string | null | undefined;
  readOs: RepeatedRead;
  readAddresses: RepeatedRead;
}

/** Facts that have no signal and are slow to read: kept beside the rows, read again after a while, told when they changed. */
export class LateFacts {
  readonly #entries = new Map<string, Entry>();
  readonly #places = new Semaphore(MAX_IN_FLIGHT);
  readonly #readers: LateReaders;
  readonly #onChange: (name: string) => void;
  /** Of the running machines, where the next comparison of marks begins. */
  #turn = 0;

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
  follow(name: string, subject: Subject): void {
    const { boot, tree } = subject;
    const entry = this.#entries.get(name) ?? this.#add(name);
    const before = entry.subject;
    entry.subject = subject;
    if (before.boot !== boot || before.tree !== tree) entry.readOs.start();
    if (before.boot === boot) return;
    entry.addresses = [];
    entry.mark = undefined;
    if (boot === null) entry.readAddresses.stop();
    else entry.readAddresses.start();
  }

  forget(name: string): void {
    const entry = this.#entries.get(name);
    entry?.readOs.stop();
    entry?.readAddresses.stop();
    this.#entries.delete(name);
  }

  /** Asks for the addresses of running machines that have changed, as they may long after a boot. */
  lookAgain(): void {
    const running = [...this.#entries.values()].filter(({ subject }) => subject.leaderPid !== null);
    for (let count = Math.min(running.length, MARKS_AT_ONCE); count > 0; count -= 1) {
      const entry = running[this.#turn++ % running.length];
      if (entry && this.#markOf(entry) !== entry.mark) entry.readAddresses.now();
    }
  }

  close(): void {
    for (const name of [...this.#entries.keys()]) this.forget(name);
  }

  #add(name: string): Entry {
    const entry: Entry = {
      subject: { boot: null, tree: null, leaderPid: null },
      os: null,
      addresses: [],
      mark: undefined,
      readOs: new RepeatedRead(OS_DELAYS_MS, (isCurrent) => this.#readOs(name, entry, isCurrent)),
      readAddresses: new RepeatedRead(ADDRESS_DELAYS_MS, (isCurrent) => this.#readAddresses(name, entry, isCurrent)),
    };
    this.#entries.set(name, entry);
    return entry;
  }

  #markOf({ subject }: Entry): string | null {
    return subject.leaderPid === null ? null : this.#readers.addressMark(subject.leaderPid);
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
    const addresses = await this.#ask(isCurrent, () => this.#askAddresses(name, entry));
    if (addresses && isCurrent() && addresses.join() !== entry.addresses.join()) {
      entry.addresses = addresses;
      this.#onChange(name);
    }
    return addresses !== null;
  }

  /** The answer is of no known mark where something changed meanwhile, or where there is none. */
  async #askAddresses(name: string, entry: Entry): Promise<string[] | null> {
    const before = this.#markOf(entry);
    try {
      const addresses = await this.#readers.addresses(name);
      entry.mark = this.#markOf(entry) === before ? before : undefined;
      return addresses;
    } catch (error) {
      entry.mark = isUnanswered(error) ? undefined : before;
      throw error;
    }
  }

  /** The answer; undefined where there is none, or nobody wants it any more. */
  #ask<T>(isCurrent: () => boolean, read: () => Promise<T>): Promise<T | undefined> {
    return this.#places.run(async () => (isCurrent() ? read().catch(() => undefined) : undefined));
  }
}

/** The host said neither what it is nor that it cannot be told. */
function isUnanswered(error: unknown): boolean {
  return error instanceof AppError && (error.code === "TIMEOUT" || error.code === "UNAVAILABLE");
}
