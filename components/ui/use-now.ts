"use client";

import { useCallback, useSyncExternalStore } from "react";

/** One timer a period, however many watch it; it stands still while nobody does. */
class Clock {
  readonly #listeners = new Set<() => void>();
  readonly #periodMs: number;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(periodMs: number) {
    this.#periodMs = periodMs;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => {
      for (const tell of this.#listeners) tell();
    }, this.#periodMs);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  };

  /** Down to the period, so that it reads the same between two ticks. */
  read = (): number => Math.floor(Date.now() / this.#periodMs) * this.#periodMs;
}

const clocks = new Map<number, Clock>();

function clockOf(periodMs: number): Clock {
  const clock = clocks.get(periodMs) ?? new Clock(periodMs);
  clocks.set(periodMs, clock);
  return clock;
}

const never = () => undefined;
const onTheServer = () => 0;

/** The time in milliseconds, told anew every `periodMs`; null stops it. Use the longest period that still shows every change. */
export function useNow(periodMs: number | null): number {
  const subscribe = useCallback(
    (listener: () => void) => (periodMs === null ? never : clockOf(periodMs).subscribe(listener)),
    [periodMs],
  );
  const read = useCallback(() => (periodMs === null ? 0 : clockOf(periodMs).read()), [periodMs]);
  return useSyncExternalStore(subscribe, read, onTheServer);
}
