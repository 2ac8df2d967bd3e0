import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import type { Logger } from "pino";

import { AppError } from "@/lib/errors";
import type { CastHeader, Recording } from "@/lib/recording";
import { hasRole, type Role } from "@/lib/roles";
import { type RecordingEnd, type TerminalInfo, terminalTitle } from "@/lib/terminal";
import type { TerminalSession } from "../terminals/terminal-session";
import { RecordingFile } from "./recording-file";
import { RecordingStore, type RecordingStoreOptions } from "./recording-store";

const SWEEP_MS = 3_600_000;

interface Person {
  id: string;
  email: string;
}

/** Recordings of terminals: those being made, and those in the directory. */
export interface RecordingRegistry {
  /** Errors: CONFLICT (it is being recorded), PRECONDITION (the session has ended). */
  start(session: TerminalSession, by: Person): { id: string };
  /** Errors: CONFLICT where it is not being recorded. */
  stop(session: TerminalSession): { id: string };
  /** Newest first. */
  list(): Promise<Recording[]>;
  /** The whole lines of one. Errors: NOT_FOUND. */
  read(id: string): Promise<{ fileName: string; sizeBytes: number; stream: Readable }>;
  /** By an admin or whoever recorded it. Errors: NOT_FOUND, FORBIDDEN, CONFLICT (it is being made). */
  remove(id: string, by: Person & { role: Role }): Promise<Recording>;
  /** Told after `list` has changed. */
  subscribe(listener: () => void): () => void;
  /** Ends what is being recorded and waits until it is in the files. */
  close(): Promise<void>;
}

export interface RecordingRegistryOptions extends RecordingStoreOptions {
  log: Logger;
  limitBytes: number;
}

export function createRecordingRegistry(options: RecordingRegistryOptions): RecordingRegistry {
  return new LiveRecordingRegistry(options);
}

class LiveRecordingRegistry implements RecordingRegistry {
  readonly #store: RecordingStore;
  readonly #log: Logger;
  readonly #limitBytes: number;
  readonly #live = new Map<string, RecordingFile>();
  readonly #listeners = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: RecordingRegistryOptions) {
    this.#store = new RecordingStore(options);
    this.#log = options.log.child({ component: "recordings" });
    this.#limitBytes = options.limitBytes;
    this.#timer = setInterval(() => void this.#sweep(), SWEEP_MS).unref();
    void this.#sweep();
  }

  start(session: TerminalSession, by: Person): { id: string } {
    const id = randomUUID();
    const { info } = session;
    const at = new Date();
    const file = new RecordingFile({
      sink: this.#store.create(id),
      header: headerOf(info, by, at),
      limitBytes: this.#limitBytes,
      onEnd: (end) => void this.#ended(id, session, end),
      onLost: (error) => this.#log.warn({ recording: id, err: error }, "the end of a recording was not written"),
    });
    // Before it begins: the screen alone may be more than is allowed, and end it at once.
    this.#live.set(id, file);
    try {
      session.record({ id, by: by.email, since: at.toISOString() }, file);
    } catch (error) {
      this.#live.delete(id);
      throw error;
    }
    this.#log.info({ recording: id, terminal: info.id, machine: info.machine }, "recording started");
    this.#changed();
    return { id };
  }

  stop(session: TerminalSession): { id: string } {
    const id = session.info.recording?.id;
    const file = id === undefined ? undefined : this.#live.get(id);
    if (id === undefined || !file) {
      throw new AppError("CONFLICT", "This terminal is not being recorded.", { hint: "Somebody may have stopped it." });
    }
    file.end("stopped");
    return { id };
  }

  async list(): Promise<Recording[]> {
    // One that ended while its file was read was read too early to be called complete; its end tells to look again.
    const before = new Set(this.#live.keys());
    const stored = await this.#store.list();
    return stored.map(({ wholeBytes: _, ...one }) => ({ ...one, live: before.has(one.id) || this.#live.has(one.id) }));
  }

  async read(id: string): Promise<{ fileName: string; sizeBytes: number; stream: Readable }> {
    const stored = await this.#find(id);
    const at = stored.startedAt.slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
    return {
      fileName: `${stored.machine}-${at}.cast`,
      sizeBytes: stored.wholeBytes,
      stream: this.#store.read(stored),
    };
  }

  async remove(id: string, by: Person & { role: Role }): Promise<Recording> {
    const { wholeBytes: _, ...stored } = await this.#find(id);
    if (stored.recordedById !== by.id && !hasRole(by.role, "admin")) {
      throw new AppError("FORBIDDEN", "Only an admin, or who recorded it, may delete a recording.", {
        hint: `It was recorded by ${stored.recordedBy}.`,
      });
    }
    if (this.#live.has(id)) {
      throw new AppError("CONFLICT", "This is being recorded now.", { hint: "Stop the recording first." });
    }
    await this.#store.remove(id);
    this.#changed();
    return { ...stored, live: false };
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#listeners.clear();
    const files = [...this.#live.values()];
    for (const file of files) file.end("ended");
    await Promise.all(files.map((file) => file.closed()));
  }

  async #find(id: string) {
    const stored = await this.#store.find(id);
    if (!stored) {
      throw new AppError("NOT_FOUND", "There is no such recording.", {
        hint: "It may have been deleted, or was too old to be kept. Look at the list.",
      });
    }
    return stored;
  }

  async #ended(id: string, session: TerminalSession, end: RecordingEnd): Promise<void> {
    const file = this.#live.get(id);
    session.recordingEnded(end);
    const told = { recording: id, terminal: session.info.id, why: end.why, ...(end.error && { error: end.error }) };
    if (end.why === "disk" || end.why === "slow") this.#log.warn(told, "recording ended early");
    else this.#log.info(told, "recording ended");
    // Its last lines belong to it.
    await file?.closed();
    this.#live.delete(id);
    this.#changed();
    await this.#sweep();
  }

  async #sweep(): Promise<void> {
    try {
      const removed = await this.#store.sweep(new Set(this.#live.keys()));
      if (removed.length === 0) return;
      this.#log.info({ removed }, "old recordings removed");
      this.#changed();
    } catch (error) {
      this.#log.warn({ err: error }, "old recordings could not be removed");
    }
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function headerOf(info: TerminalInfo, by: Person, at: Date): CastHeader {
  const { id, machine, kind, user, cols, rows } = info;
  return {
    version: 2,
    width: cols,
    height: rows,
    timestamp: Math.floor(at.getTime() / 1000),
    title: terminalTitle(info),
    env: { TERM: "xterm-256color" },
    machineroom: { terminal: id, machine, kind, user, recordedBy: by.email, recordedById: by.id },
  };
}
