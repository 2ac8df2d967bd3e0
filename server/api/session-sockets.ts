import type { Logger } from "pino";

import type { Database } from "@/server/db/client";
import { liveSessionRoles } from "@/server/services/sessions/sessions";

const SWEEP_INTERVAL_MS = 2000;
const MAX_SOCKETS_PER_SESSION = 64;

export interface TrackedSocket {
  sessionId: string;
  role: string;
  /** Ends the socket; the page then asks again, with what it may do now. */
  close(): void;
}

/**
 * Open WebSockets by session. A socket is only authorised when it opens, so those of sessions that were revoked, expired,
 * disabled or given another role since are closed here, at most SWEEP_INTERVAL_MS later.
 */
export class SessionSockets {
  readonly #sockets = new Set<TrackedSocket>();
  readonly #db: Database;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;

  constructor(db: Database, log: Logger) {
    this.#db = db;
    this.#log = log;
    this.#timer = setInterval(() => void this.sweep(), SWEEP_INTERVAL_MS);
    this.#timer.unref();
  }

  /** False where the session has too many sockets already. */
  mayOpen(sessionId: string): boolean {
    let count = 0;
    for (const socket of this.#sockets) if (socket.sessionId === sessionId) count += 1;
    return count < MAX_SOCKETS_PER_SESSION;
  }

  /** Returns what forgets the socket again, once it is closed. */
  track(socket: TrackedSocket): () => void {
    this.#sockets.add(socket);
    return () => this.#sockets.delete(socket);
  }

  async sweep(): Promise<void> {
    if (this.#sockets.size === 0) return;
    try {
      const ids = [...new Set([...this.#sockets].map((socket) => socket.sessionId))];
      const roles = await liveSessionRoles(this.#db, ids);
      for (const socket of this.#sockets) {
        if (ids.includes(socket.sessionId) && roles.get(socket.sessionId) !== socket.role) socket.close();
      }
    } catch (error) {
      this.#log.error({ err: error }, "open sockets could not be checked against their sessions");
    }
  }

  closeAll(): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.close();
  }
}
