import { AppError } from "@/lib/errors";
import type { JournalFollowInput } from "@/lib/journal";
import { JournalFeed } from "./journal-feed";
import type { JournalDeps } from "./source";

/** Each is a journalctl that reads along. */
const MAX_FEEDS = 32;
/** Keeps places for others, however many pages one person opens. */
const MAX_FEEDS_EACH = 8;
/** Who comes back at once, by a reload or another tab, finds it as it was. */
const LINGER_MS = 2000;

/** Why no further journal can be followed now, for the page to say in the reader's language. */
export type FollowRefusal = "own-journals" | "too-many";

interface Reader {
  userId: string;
}

interface Shared {
  feed: JournalFeed;
  readers: Set<Reader>;
  timer: NodeJS.Timeout | undefined;
}

export interface FeedLease {
  feed: Pick<JournalFeed, "state" | "failure" | "snapshot" | "subscribe">;
  release(): void;
}

/** The feeds that somebody reads: one for each machine and filter, however many read it. */
export class JournalHub {
  readonly #deps: JournalDeps;
  readonly #feeds = new Map<string, Shared>();

  constructor(deps: JournalDeps) {
    this.#deps = deps;
  }

  /** How many are read at the moment. */
  get size(): number {
    return this.#feeds.size;
  }

  /** For the person `userId`, whose pages share what they read. Errors: UNAVAILABLE, with a FollowRefusal as its reason. */
  acquire(input: JournalFollowInput, userId: string): FeedLease {
    const key = keyOf(input);
    this.#requireOwnPlace(key, userId);
    const shared = this.#feeds.get(key) ?? this.#open(key, input);
    const reader: Reader = { userId };
    shared.readers.add(reader);
    clearTimeout(shared.timer);
    return {
      feed: shared.feed,
      release: () => {
        if (!shared.readers.delete(reader) || shared.readers.size > 0) return;
        // One that failed is begun anew by whoever asks again.
        shared.timer = setTimeout(() => this.#close(key, shared), shared.feed.failure === null ? LINGER_MS : 0);
      },
    };
  }

  /** One that others read counts too: who reads it keeps it open when they have gone. */
  #requireOwnPlace(key: string, userId: string): void {
    const own = [...this.#feeds].filter(([, { readers }]) => [...readers].some((one) => one.userId === userId));
    if (own.length < MAX_FEEDS_EACH || own.some(([known]) => known === key)) return;
    throw refuse("own-journals", `You are following ${own.length} journals, as many as one person may at once.`, {
      hint: "Close a page that shows another journal, then try again.",
    });
  }

  #open(key: string, input: JournalFollowInput): Shared {
    if (this.#feeds.size >= MAX_FEEDS) this.#closeIdle();
    if (this.#feeds.size >= MAX_FEEDS) {
      throw refuse("too-many", "Too many journals are followed at once.", {
        hint: "Close a page that shows another journal, or wait until somebody else does, then try again.",
      });
    }
    const shared: Shared = { feed: new JournalFeed(this.#deps, input), readers: new Set(), timer: undefined };
    this.#feeds.set(key, shared);
    return shared;
  }

  #closeIdle(): void {
    for (const [key, shared] of this.#feeds) if (shared.readers.size === 0) this.#close(key, shared);
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

function refuse(reason: FollowRefusal, message: string, { hint }: { hint: string }): AppError {
  return new AppError("UNAVAILABLE", message, { hint, reason });
}

/** The same for whatever asks for the same lines. */
function keyOf({ name, units, priority, grep, since, boot }: JournalFollowInput): string {
  return JSON.stringify([name, units && [...new Set(units)].sort(), priority, grep, since, boot]);
}
