"use client";

import { useCallback, useSyncExternalStore } from "react";

import { RANGE_MS } from "@/lib/metric-series";
import type { MetricSample, MetricsTick } from "@/lib/metrics";

export interface LivePoint extends MetricSample {
  atMs: number;
}

const NOTHING: readonly LivePoint[] = [];

/** The last two minutes of what was told, by machine. It outlives the pages that show it: going from one to another loses no line. */
class LiveMetrics {
  readonly #points = new Map<string, readonly LivePoint[]>();
  readonly #listeners = new Set<() => void>();

  put({ at, samples }: MetricsTick): void {
    const atMs = Date.parse(at);
    const oldest = atMs - RANGE_MS.live;
    for (const [name, points] of this.#points) if ((points.at(-1)?.atMs ?? 0) < oldest) this.#points.delete(name);
    for (const sample of samples) {
      const kept = this.of(sample.name).filter((point) => point.atMs >= oldest && point.atMs < atMs);
      this.#points.set(sample.name, [...kept, { ...sample, atMs }]);
    }
    for (const tell of this.#listeners) tell();
  }

  /** Oldest first; the same array until more is told of the machine. */
  of(name: string): readonly LivePoint[] {
    return this.#points.get(name) ?? NOTHING;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** One a browser page; nothing is put into it on the server. */
export const liveMetrics = new LiveMetrics();

/** What was told of a machine, kept up to date: whoever uses it is drawn again, and nothing else. */
export function useLivePoints(name: string): readonly LivePoint[] {
  const read = useCallback(() => liveMetrics.of(name), [name]);
  return useSyncExternalStore(liveMetrics.subscribe, read, () => NOTHING);
}
