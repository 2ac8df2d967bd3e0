import { setTimeout as delay } from "node:timers/promises";

import type { JournalEntry, JournalEvent, JournalFollowInput } from "@/lib/journal";
import { Bell } from "../inside/bell";
import { requireMachine } from "../machines/require-machine";
import type { JournalHub } from "./journal-hub";
import { LineQueue } from "./line-queue";
import type { JournalDeps } from "./source";

/** Lines of this time go out together. */
const BATCH_MS = 100;
const BATCH_LINES = 2000;
/** Of a page that does not keep up; the oldest beyond it are dropped. */
const MAX_WAITING = 20_000;
/** A page with so much on its way to it lags: the rest waits here. */
const MAX_BACKLOG_BYTES = 1024 * 1024;

export interface FollowOptions {
  signal: AbortSignal;
  /** Bytes that are on their way to the reader, and were not taken yet. */
  backlogBytes?: (() => number) | undefined;
}

/**
 * The newest lines, then each that is written, in order and in batches, through stops and starts of the machine, until `signal`
 * aborts. A reader that lags loses the oldest of the lines that wait for it, and is told how many. Errors: NOT_FOUND, INVALID (the
 * pattern), UNAVAILABLE (too many are followed).
 */
export async function* followJournal(
  deps: JournalDeps & { journals: Pick<JournalHub, "acquire"> },
  input: JournalFollowInput,
  { signal, backlogBytes = () => 0 }: FollowOptions,
): AsyncGenerator<JournalEvent> {
  requireMachine(deps, input.name);
  const { feed, release } = deps.journals.acquire(input);
  const queue = new LineQueue<JournalEntry>(MAX_WAITING);
  const news = new Bell();
  let told: unknown = null;
  let begun = false;
  const unsubscribe = feed.subscribe({
    onEntry(entry) {
      // Before its snapshot was told, a line is in it.
      if (!begun) return;
      queue.push(entry);
      news.ring();
    },
    onState: () => news.ring(),
  });
  try {
    while (!signal.aborted) {
      if (feed.failure !== null) throw feed.failure;
      if (!begun) {
        const snapshot = feed.snapshot();
        begun = snapshot !== null;
        if (snapshot) yield snapshot;
      }
      // All that waits, however much: only a page that lags loses any.
      while (!queue.isEmpty && backlogBytes() <= MAX_BACKLOG_BYTES && !signal.aborted) {
        const { gap, lines: entries } = queue.take(BATCH_LINES);
        yield { type: "lines", entries, gap };
      }
      if (feed.state !== told) {
        told = feed.state;
        if (feed.state) yield feed.state;
      }
      if (queue.isEmpty && feed.state === told) await news.wait(signal);
      await delay(BATCH_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    unsubscribe();
    release();
  }
}
