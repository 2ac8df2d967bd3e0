import type { JournalEntry, JournalEvent, JournalFollowInput } from "@/lib/journal";
import { entryBytes } from "@/server/systemd/journal-entry-bytes";
import { Bell } from "../inside/bell";
import { requireMachine } from "../machines/require-machine";
import type { JournalSnapshot } from "./journal-feed";
import type { JournalHub } from "./journal-hub";
import { LineQueue } from "./line-queue";
import type { JournalDeps } from "./source";

/** Lines of this time go out together. */
const BATCH_MS = 100;
/** Of one frame. A page hears of it when all of it is there, which must be before its next sign of life is due: also over a slow link. */
const BATCH = { lines: 2000, bytes: 96 * 1024 };
/** Whether a page that lags has taken what was sent is looked at so often: a batch each time is what it can get. */
const LOOK_MS = 10;
/**
 * Of a page that does not keep up; the oldest beyond it are dropped. Fewer lines than a page holds (MAX_LINES), so that the place where
 * some are missing is among those it still has when it has caught up.
 */
const WAITING = { lines: 4000, bytes: 4 * 1024 * 1024 };
/**
 * A page with so much on its way to it lags: the rest waits here. With the batch on top of it far less than what a socket is cut off
 * for (trpc-socket.ts).
 */
const MAX_BACKLOG_BYTES = 128 * 1024;

export interface FollowOptions {
  /** Who reads. */
  userId: string;
  signal: AbortSignal;
  /** Bytes that are on their way to the reader, and were not taken yet. */
  backlogBytes?: (() => number) | undefined;
}

/**
 * The newest lines, then each that is written, in order and in batches, through stops and starts of the machine, until `signal`
 * aborts. A reader that lags loses the oldest of the lines that wait for it, and is told how many. Errors: NOT_FOUND, INVALID (the
 * pattern), UNAVAILABLE (with a FollowRefusal as its reason).
 */
export async function* followJournal(
  deps: JournalDeps & { journals: Pick<JournalHub, "acquire"> },
  input: JournalFollowInput,
  { userId, signal, backlogBytes = () => 0 }: FollowOptions,
): AsyncGenerator<JournalEvent> {
  requireMachine(deps, input.name);
  const { feed, release } = deps.journals.acquire(input, userId);
  const queue = new LineQueue<JournalEntry>(WAITING, entryBytes);
  const lags = () => backlogBytes() > MAX_BACKLOG_BYTES;
  const news = new Bell();
  /** The time of a batch is over, or so much has come that lines would give way before it is. */
  const due = new Bell();
  let urged = false;
  let told: unknown = null;
  let begun = false;
  const unsubscribe = feed.subscribe({
    onEntry(entry) {
      // Before its snapshot was told, a line is in it.
      if (!begun) return;
      queue.push(entry);
      news.ring();
      if (urged || !queue.isHalfFull) return;
      urged = true;
      due.ring();
    },
    onState: () => news.ring(),
  });
  try {
    while (!signal.aborted) {
      if (feed.failure !== null) throw feed.failure;
      const snapshot = begun ? null : feed.snapshot();
      if (snapshot && !lags()) {
        begun = true;
        yield* partsOf(snapshot);
      }
      // All that waits, however much: only a page that lags loses any.
      while (!queue.isEmpty && !lags() && !signal.aborted) {
        const { gap, lines: entries } = queue.take(BATCH);
        yield { type: "lines", entries, gap };
      }
      urged &&= !queue.isEmpty;
      if (feed.state !== told) {
        told = feed.state;
        if (feed.state) yield feed.state;
      }
      const waits = begun ? !queue.isEmpty : snapshot !== null;
      if (!waits && feed.state === told) await news.wait(signal);
      const timer = setTimeout(() => due.ring(), waits ? LOOK_MS : BATCH_MS);
      await due.wait(signal);
      clearTimeout(timer);
    }
  } finally {
    unsubscribe();
    release();
  }
}

function partsOf({ entries, ...snapshot }: JournalSnapshot): JournalEvent[] {
  const left = new LineQueue<JournalEntry>({ lines: entries.length, bytes: Number.POSITIVE_INFINITY }, entryBytes);
  for (const entry of entries) left.push(entry);
  const parts: JournalEntry[][] = [];
  do parts.push(left.take(BATCH).lines);
  while (!left.isEmpty);
  return parts.map((lines, index) => ({ ...snapshot, entries: lines, part: index + 1, parts: parts.length }));
}
