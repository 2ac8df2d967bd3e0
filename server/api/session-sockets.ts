import type { Logger } from "pino";
import type { WebSocket } from "ws";

import { CLOSE_SESSION_ENDED } from "@/lib/sockets";
import type { Database } from "@/server/db/client";
import { writeMark } from "@/server/db/write-mark";
import { liveSessions } from "@/server/services/sessions/sessions";

const CLOSE_RESTART = 1012;
const SWEEP_INTERVAL_MS = 2000;
const MAX_SOCKETS_PER_SESSION = 64;

export interface TrackedSocket {
  sessionId: string;
  role: string;
  webSocket: WebSocket;
}

/** Closes a socket whose session has ended. What still arrives before the other side has closed too is not read any more. */
function endSocket(webSocket: WebSocket): void {
  webSocket.close(CLOSE_SESSION_ENDED, "the session has ended");
  webSocket.removeAllListeners("message");
}

/**
 * Open WebSockets by session. A socket is only authorised when it opens, so those of sessions that were revoked, expired,
 * disabled or given another role since are closed here, at most SWEEP_INTERVAL_MS later.
 */
export class SessionSockets {
  readonly #sockets = new Set<TrackedSocket>();
  readonly #db: Database;
  readonly #databasePath: string;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  /** The database as the last sweep read it; null where it has to be read again. */
  #swept: string | null = null;
  /** When the first of the sessions expires, which nobody writes down; ms of Date.now(). */
  #expiry = 0;

  constructor({ db, databasePath, log }: { db: Database; databasePath: string; log: Logger }) {
    this.#db = db;
    this.#databasePath = databasePath;
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

  /** Follows the socket until it is closed. */
  track(socket: TrackedSocket): void {
    this.#sockets.add(socket);
    this.#swept = null;
    socket.webSocket.once("close", () => this.#sockets.delete(socket));
  }

  /** Asks the database only where it was written since, or a session has expired: mostly nothing happens. */
  async sweep(): Promise<void> {
    if (this.#sockets.size === 0) return;
    const mark = writeMark(this.#databasePath);
    if (mark !== null && mark === this.#swept && Date.now() < this.#expiry) return;
    this.#swept = mark;
    try {
      const ids = [...new Set([...this.#sockets].map((socket) => socket.sessionId))];
      const sessions = await liveSessions(this.#db, ids);
      this.#expiry = Math.min(...[...sessions.values()].map(({ expiresAt }) => expiresAt.getTime()));
      for (const socket of this.#sockets) {
        if (!ids.includes(socket.sessionId)) continue;
        if (sessions.get(socket.sessionId)?.role !== socket.role) endSocket(socket.webSocket);
      }
    } catch (error) {
      this.#swept = null;
      this.#log.error({ err: error }, "open sockets could not be checked against their sessions");
    }
  }

  /** Says good-bye to every page; they come back by themselves. */
  closeAll(): void {
    clearInterval(this.#timer);
    for (const { webSocket } of this.#sockets) webSocket.close(CLOSE_RESTART, "the server is restarting");
  }
}
