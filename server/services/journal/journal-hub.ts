import type { Logger } from "pino";

import { AppError } from "@/lib/errors";
import type { JournalFollowInput } from "@/lib/journal";
import { JournalFeed } from "./journal-feed";
import type { JournalDeps } from "./source";

/** Each is a journalctl that reads along. */
const MAX_FEEDS = 32;
/** Who comes back at once, by a reload or another tab, finds it as it was. */
const LINGER_MS = 2000;

interface Shared {
  feed: JournalFeed;
  readers: number;
  timer: NodeJS.Timeout | undefined;
}

export interface FeedLease {
  feed: Pick<JournalFeed, "state" | "failure" | "snapshot" | "subscribe">;
  release(): void;
}

/** The feeds that somebody reads: one for each machine and filter, however many read it. */
export class JournalHub {
  readonly #deps: JournalDeps & { log: Logger };
  readonly #feeds = new Map<string, Shared>();

  constructor(deps: JournalDeps & { log: Logger }) {
    this.#deps = deps;
  }

  /** How many are read at the moment. */
  get size(): number {
    return this.#feeds.size;
  }

  /** Errors: UNAVAILABLE, with the reason "too-many". */
  acquire(input: JournalFollowInput): FeedLease {
    const key = keyOf(input);
    const shared = this.#feeds.get(key) ?? this.#open(key, input);
    shared.readers += 1;
    clearTimeout(shared.timer);
    let released = false;
    return {
      feed: shared.feed,
      release: () => {
        if (released) return;
        released = true;
        shared.readers -= 1;
        if (shared.readers > 0) return;
        // One that failed is begun anew by whoever asks again.
        shared.timer = setTimeout(() => this.#close(key, shared), shared.feed.failure === null ? LINGER_MS : 0);
      },
    };
  }

  #open(key: string, input: JournalFollowInput): Shared {
    if (this.#feeds.size >= MAX_FEEDS) this.#closeIdle();
    if (this.#feeds.size >= MAX_FEEDS) {
      throw new AppError("UNAVAILABLE", "Too many journals are followed at once.", {
        hint: "Close a page that shows another journal, then try again.",
        reason: "too-many",
      });
    }
    const shared: Shared = { feed: new JournalFeed(this.#deps, input), readers: 0, timer: undefined };
    this.#feeds.set(key, shared);
    return shared;
  }

  #closeIdle(): void {
    for (const [key, shared] of this.#feeds) if (shared.readers === 0) this.#close(key, shared);
  }

  #close(key: string, shared: Shared): void {
    clearTimeout(shared.timer);
    shared.feed.close();
    if (this.#feeds.get(key) === shared) this.#feeds.delete(key);
  }

  close(): void {
    for (const [key, shared] of this.#feeds) this.#close(key, shared);
  }
}

/** The same for whatever asks for the same lines. */
function keyOf({ name, units, priority, grep, since, boot }: JournalFollowInput): string {
  return JSON.stringify([name, units && [...new Set(units)].sort(), priority, grep, since, boot]);
}
