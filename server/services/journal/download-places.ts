import { AppError } from "@/lib/errors";

/** Why nothing can be downloaded now, for the page to say in the reader's language. */
export type DownloadRefusal = "own-downloads" | "all-downloads";

/** Downloads that may run at once: each is a journalctl, for as long as a browser takes. */
export class DownloadPlaces {
  readonly #most: number;
  readonly #mostEach: number;
  readonly #taken = new Map<string, number>();

  /** `mostEach` keeps places for others, whatever one person does. */
  constructor({ most, mostEach }: { most: number; mostEach: number }) {
    this.#most = most;
    this.#mostEach = mostEach;
  }

  /** Errors: UNAVAILABLE, with a DownloadRefusal as its reason. */
  requireFree(userId: string): void {
    const own = this.#taken.get(userId) ?? 0;
    if (own >= this.#mostEach) {
      throw refuse("own-downloads", `You are downloading ${own} journals, as many as one person may at once.`, {
        hint: "Wait until one of them has ended, or cancel one in the browser.",
      });
    }
    const all = [...this.#taken.values()].reduce((sum, each) => sum + each, 0);
    if (all >= this.#most) {
      throw refuse("all-downloads", `${all} journals are being downloaded, as many as this host gives at once.`, {
        hint: "Try again in a moment, when somebody's download has ended.",
      });
    }
  }

  /** Returns what gives the place back, once. Errors: of requireFree. */
  take(userId: string): () => void {
    this.requireFree(userId);
    this.#change(userId, 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#change(userId, -1);
    };
  }

  #change(userId: string, by: 1 | -1): void {
    const own = (this.#taken.get(userId) ?? 0) + by;
    if (own > 0) this.#taken.set(userId, own);
    else this.#taken.delete(userId);
  }
}

function refuse(reason: DownloadRefusal, message: string, { hint }: { hint: string }): AppError {
  return new AppError("UNAVAILABLE", message, { hint, reason });
}
