import type { ReactNode } from "react";

export interface Failure {
  title: string;
  detail?: ReactNode;
  /** Told once only, however often it happens while it is on screen. */
  id?: string;
  shownMs?: number;
}

/** Failures on their way to the corner of the screen, which may not be loaded yet. */
class FailureQueue {
  #waiting: readonly Failure[] = [];
  readonly #listeners = new Set<() => void>();

  tell(failure: Failure): void {
    this.#set([...this.#waiting, failure]);
  }

  /** What nobody has shown yet; the same array until that changes. */
  read = (): readonly Failure[] => this.#waiting;

  take(): readonly Failure[] {
    const taken = this.#waiting;
    if (taken.length > 0) this.#set([]);
    return taken;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #set(waiting: readonly Failure[]): void {
    this.#waiting = waiting;
    for (const listener of this.#listeners) listener();
  }
}

export const failures = new FailureQueue();

/** Tells a failure in the corner of the screen. What worked is seen where it happened. */
export function tellFailure(failure: Failure): void {
  failures.tell(failure);
}
