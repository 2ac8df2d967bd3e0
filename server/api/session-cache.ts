import { writeMark } from "@/server/db/write-mark";
import type { ActiveSession } from "./auth";

/** So long at most a session is not looked up: a use of it has to be noted now and then. */
const MAX_AGE_MS = 5000;
const MAX_ENTRIES = 256;

interface Entry {
  session: ActiveSession;
  /** ms of Date.now(). */
  until: number;
}

/**
 * Sessions that were found, for as long as nobody has written to the database since: a page asks several times a second, and the
 * look-up was most of the time of an answer. Whatever ends a session or changes a role writes there, also in another process.
 */
export class SessionCache {
  readonly #databasePath: string;
  readonly #entries = new Map<string, Entry>();
  /** The database as it was when the entries were found; null where nothing may be kept. */
  #mark: string | null = null;

  constructor(databasePath: string) {
    this.#databasePath = databasePath;
  }

  /** The session of these cookies, from `look` where it is not known. One that was prolonged has cookies to send, and is not kept. */
  async find(cookies: string, look: () => Promise<ActiveSession | null>): Promise<ActiveSession | null> {
    const mark = writeMark(this.#databasePath);
    if (mark !== this.#mark || this.#entries.size >= MAX_ENTRIES) this.#entries.clear();
    this.#mark = mark;
    const known = this.#entries.get(cookies);
    if (known && Date.now() < known.until) return known.session;
    const session = await look();
    // What was written while it was looked up shows in the next mark.
    if (session && session.setCookies.length === 0 && mark !== null && mark === this.#mark)
      this.#entries.set(cookies, { session, until: Math.min(Date.now() + MAX_AGE_MS, session.expiresAt.getTime()) });
    return session;
  }
}
