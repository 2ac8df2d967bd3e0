import { setImmediate as othersFirst } from "node:timers/promises";
import type { Logger } from "pino";

import type { Machine } from "@/lib/machine";
import type { MetricSample, MetricsTick } from "@/lib/metrics";
import type { MachineCounters, MachineSubject } from "@/server/systemd/machine-counters";
import type { World } from "../world/world";
import { RateTracker, type Run } from "./rates";

/** How often machines are read while somebody looks. */
const WATCHED_MS = 1000;
/** How often otherwise, on the wall clock: the steps of the history. */
const HISTORY_SEC = 15;
/** A step is written by the first reading after its end. */
const AFTER_STEP_MS = 20;
/** Who comes waits no longer, however soon after the last reading; sooner nothing is read, for rates over less mean nothing. */
const NEWCOMER_MS = 200;

/** What is written for history: means since the step before, and when this one began. */
export interface HistoryStep {
  atSec: number;
  samples: MetricSample[];
}

export interface SamplerOptions {
  world: Pick<World, "machines">;
  log: Logger;
  reader: { read(subject: MachineSubject): MachineCounters; keep(names: ReadonlySet<string>): void };
  onStep(step: HistoryStep): Promise<void>;
}

export interface Sampler {
  start(): void;
  /** While anybody listens, the machines listened to are read every second; all, where none are named. Returns what ends it. */
  subscribe(listener: TickListener, names?: readonly string[]): () => void;
  close(): void;
}

type TickListener = (tick: MetricsTick) => void;

/** Reads running machines in turn, one reading after the other, never two at once. */
export function createSampler(options: SamplerOptions): Sampler {
  return new LiveSampler(options);
}

class LiveSampler implements Sampler {
  readonly #options: SamplerOptions;
  readonly #log: Logger;
  /** With the names each is for; null: all of them. */
  readonly #listeners = new Map<TickListener, ReadonlySet<string> | null>();
  readonly #live = new RateTracker();
  readonly #steps = new RateTracker();
  #timer: NodeJS.Timeout | undefined;
  #reading = false;
  #newcomer = false;
  #closed = false;
  #lastStartMs = Number.NEGATIVE_INFINITY;
  /** The step a reading was last written for; undefined before the first, which only begins the count. */
  #stepSec: number | undefined;

  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#log = options.log.child({ component: "metrics" });
  }

  start(): void {
    this.#schedule();
  }

  subscribe(listener: TickListener, names?: readonly string[]): () => void {
    this.#listeners.set(listener, names ? new Set(names) : null);
    this.#newcomer = true;
    this.#schedule();
    return () => {
      this.#listeners.delete(listener);
      this.#schedule();
    };
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#closed || this.#reading) return;
    this.#timer = setTimeout(() => void this.#read(), this.#delayMs());
    this.#timer.unref();
  }

  #delayMs(): number {
    const stepMs = HISTORY_SEC * 1000;
    const untilStep = stepMs - (Date.now() % stepMs) + AFTER_STEP_MS;
    const until = (sinceLastMs: number) => Math.max(0, this.#lastStartMs + sinceLastMs - performance.now());
    const untilLook = this.#listeners.size === 0 ? untilStep : until(this.#newcomer ? NEWCOMER_MS : WATCHED_MS);
    return Math.max(until(NEWCOMER_MS), Math.min(untilStep, untilLook));
  }

  async #read(): Promise<void> {
    this.#reading = true;
    this.#newcomer = false;
    this.#lastStartMs = performance.now();
    try {
      const stepSec = floorToStep(Date.now());
      const newStep = stepSec !== this.#stepSec;
      const readings = await this.#readMachines(newStep ? null : this.#wanted());
      this.#tell(readings);
      if (newStep) await this.#writeStep(stepSec, readings);
    } catch (error) {
      this.#log.warn({ err: error }, "the machines could not be measured");
    } finally {
      this.#reading = false;
      this.#schedule();
    }
  }

  /** The machines somebody looks at; null: all. */
  #wanted(): ReadonlySet<string> | null {
    const wanted = new Set<string>();
    for (const names of this.#listeners.values()) {
      if (names === null) return null;
      for (const name of names) wanted.add(name);
    }
    return wanted;
  }

  async #readMachines(wanted: ReadonlySet<string> | null): Promise<Reading[]> {
    const subjects = this.#options.world.machines().flatMap((machine) => toSubject(machine) ?? []);
    const names = new Set(subjects.map(({ name }) => name));
    for (const one of [this.#live, this.#steps, this.#options.reader]) one.keep(names);
    const readings: Reading[] = [];
    for (const subject of subjects) {
      if (wanted && !wanted.has(subject.name)) continue;
      const counters = this.#readOne(subject);
      if (counters) readings.push({ ...subject, counters });
      // Reading blocks: a keystroke in a terminal waits for one machine, not for all.
      await othersFirst();
    }
    return readings;
  }

  /** One machine that cannot be read keeps none of the others from being read. */
  #readOne(subject: MachineSubject): MachineCounters | null {
    try {
      return this.#options.reader.read(subject);
    } catch (error) {
      this.#log.debug({ err: error, machine: subject.name }, "a machine could not be measured");
      return null;
    }
  }

  #tell(readings: readonly Reading[]): void {
    const samples = readings.map((reading) => this.#live.next(reading, reading.counters));
    const tick = { at: new Date().toISOString(), samples };
    for (const listener of this.#listeners.keys()) listener(tick);
  }

  async #writeStep(stepSec: number, readings: readonly Reading[]): Promise<void> {
    const first = this.#stepSec === undefined;
    this.#stepSec = stepSec;
    const samples = readings.map((reading) => this.#steps.next(reading, reading.counters));
    if (!first) await this.#options.onStep({ atSec: stepSec - HISTORY_SEC, samples });
  }
}

function floorToStep(nowMs: number): number {
  return Math.floor(nowMs / 1000 / HISTORY_SEC) * HISTORY_SEC;
}

interface Reading extends Run {
  counters: MachineCounters;
}

function toSubject({ name, leaderPid, unit, class: machineClass }: Machine): MachineSubject | null {
  return leaderPid === null || unit === null ? null : { name, leaderPid, unit, isVm: machineClass === "vm" };
}
