import { EventEmitter } from "node:events";
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
/** A reading this fresh is told to whoever comes. */
const FRESH_MS = 3 * WATCHED_MS;

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
  /** While anybody listens, machines are read every second. Returns what ends it. */
  subscribe(listener: (tick: MetricsTick) => void): () => void;
  /** The newest reading, where it is one of now. */
  latest(): MetricsTick | null;
  close(): void;
}

/** Reads all running machines in turn, one reading after the other, never two at once. */
export function createSampler(options: SamplerOptions): Sampler {
  return new LiveSampler(options);
}

class LiveSampler implements Sampler {
  readonly #options: SamplerOptions;
  readonly #log: Logger;
  readonly #listeners = new EventEmitter().setMaxListeners(0);
  readonly #live = new RateTracker();
  readonly #steps = new RateTracker();
  #latest: MetricsTick | null = null;
  #timer: NodeJS.Timeout | undefined;
  #reading = false;
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

  subscribe(listener: (tick: MetricsTick) => void): () => void {
    this.#listeners.on("tick", listener);
    this.#schedule();
    return () => {
      this.#listeners.off("tick", listener);
      this.#schedule();
    };
  }

  latest(): MetricsTick | null {
    return performance.now() - this.#lastStartMs < FRESH_MS ? this.#latest : null;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#listeners.removeAllListeners();
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
    if (this.#listeners.listenerCount("tick") === 0) return untilStep;
    return Math.min(untilStep, Math.max(0, this.#lastStartMs + WATCHED_MS - performance.now()));
  }

  async #read(): Promise<void> {
    this.#reading = true;
    this.#lastStartMs = performance.now();
    try {
      const readings = await this.#readAll();
      this.#tell(readings);
      await this.#writeStep(readings);
    } catch (error) {
      this.#log.warn({ err: error }, "the machines could not be measured");
    } finally {
      this.#reading = false;
      this.#schedule();
    }
  }

  async #readAll(): Promise<Reading[]> {
    const subjects = this.#options.world.machines().flatMap((machine) => toSubject(machine) ?? []);
    const names = new Set(subjects.map(({ name }) => name));
    for (const one of [this.#live, this.#steps, this.#options.reader]) one.keep(names);
    const readings: Reading[] = [];
    for (const subject of subjects) {
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
    this.#latest = { at: new Date().toISOString(), samples };
    this.#listeners.emit("tick", this.#latest);
  }

  async #writeStep(readings: readonly Reading[]): Promise<void> {
    const stepSec = Math.floor(Date.now() / 1000 / HISTORY_SEC) * HISTORY_SEC;
    if (stepSec === this.#stepSec) return;
    const first = this.#stepSec === undefined;
    this.#stepSec = stepSec;
    const samples = readings.map((reading) => this.#steps.next(reading, reading.counters));
    if (!first) await this.#options.onStep({ atSec: stepSec - HISTORY_SEC, samples });
  }
}

interface Reading extends Run {
  counters: MachineCounters;
}

function toSubject({ name, leaderPid, unit, class: machineClass }: Machine): MachineSubject | null {
  return leaderPid === null || unit === null ? null : { name, leaderPid, unit, isVm: machineClass === "vm" };
}
