import { EventEmitter } from "node:events";
import type { Logger } from "pino";

import type { Database } from "@/server/db/client";

export interface NewAuditEntry {
  actorId: string | null;
  actor: string;
  action: string;
  target?: string | null;
  command?: string | null;
  ok: boolean;
  error?: string | null;
  durationMs?: number;
  ip: string | null;
}

/** Old entries are cut off once in so many new ones. */
const PRUNE_EVERY = 100;

/** Writes the audit, keeps its newest `maxEntries` (and at most PRUNE_EVERY more), and tells who listens that it grew. */
export class AuditLog {
  readonly #db: Database;
  readonly #log: Logger;
  readonly #maxEntries: number;
  readonly #events = new EventEmitter().setMaxListeners(0);

  constructor({ db, log, maxEntries }: { db: Database; log: Logger; maxEntries: number }) {
    this.#db = db;
    this.#log = log;
    this.#maxEntries = maxEntries;
  }

  /** Never throws: a full disk must not turn a done action into a failed one, so an entry that can't be written is logged instead. */
  async record(entry: NewAuditEntry): Promise<void> {
    try {
      const { id } = await this.#db.auditEntry.create({ data: { durationMs: 0, ...entry }, select: { id: true } });
      this.#events.emit("recorded", id);
      // Ids only grow, so what lies this far below the newest is beyond the limit.
      if (id % PRUNE_EVERY === 0)
        await this.#db.auditEntry.deleteMany({ where: { id: { lte: id - this.#maxEntries } } });
    } catch (error) {
      this.#log.error({ err: error, action: entry.action }, "the audit entry could not be written");
    }
  }

  /** Told the id of every new entry. Returns what ends it. */
  onRecorded(listener: (id: number) => void): () => void {
    this.#events.on("recorded", listener);
    return () => this.#events.off("recorded", listener);
  }
}
