import { randomUUID } from "node:crypto";
import type { Logger } from "pino";

import { AppError } from "@/lib/errors";
import type { TerminalInfo } from "@/lib/terminal";
import type { HostSystem } from "@/server/systemd/host-system";
import { TerminalSession, type TerminalSessionOptions } from "./terminal-session";

const MAX_SESSIONS = 100;
/** An ended session is kept so that a reload still shows its last screen and exit status. */
const KEEP_EXITED_MS = 10 * 60_000;
const SWEEP_MS = 30_000;

export interface OpenTerminal extends Pick<TerminalSessionOptions, "ownerId" | "size"> {
  argv: readonly string[];
  info: Omit<TerminalSessionOptions["info"], "id">;
}

/** Every terminal of this api. */
export interface TerminalRegistry {
  open(options: OpenTerminal): TerminalSession;
  get(id: string): TerminalSession | undefined;
  /** Oldest first. */
  list(): TerminalInfo[];
  /** Told after anything in `list` has changed. */
  subscribe(listener: () => void): () => void;
  /** Ends one; unknown ids are NOT_FOUND. */
  closeOne(id: string): void;
  close(): Promise<void>;
}

export interface TerminalRegistryOptions {
  system: Pick<HostSystem, "spawnPty">;
  log: Logger;
  /** A session that nobody has looked at and that has printed nothing for so long is closed. */
  idleTimeoutMs: number;
}

export function createTerminalRegistry({ system, log, idleTimeoutMs }: TerminalRegistryOptions): TerminalRegistry {
  const sessions = new Map<string, TerminalSession>();
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const forget = (id: string, why: string) => {
    const session = sessions.get(id);
    if (!session) return;
    sessions.delete(id);
    session.close();
    log.info({ terminal: id, machine: session.info.machine, why }, "terminal closed");
    changed();
  };
  const sweep = setInterval(
    () => {
      const now = Date.now();
      for (const [id, session] of sessions) {
        if (session.endedAt !== null && now - session.endedAt > KEEP_EXITED_MS) forget(id, "ended");
        else if (session.idleSince !== null && now - session.idleSince > idleTimeoutMs) forget(id, "idle");
      }
    },
    Math.min(SWEEP_MS, idleTimeoutMs),
  ).unref();

  return {
    open({ argv, info, ownerId, size }) {
      if (sessions.size >= MAX_SESSIONS) makeRoom(sessions, forget);
      const id = randomUUID();
      const pty = system.spawnPty(argv, size);
      const session = new TerminalSession({ pty, info: { ...info, id }, ownerId, size, onChange: changed });
      sessions.set(id, session);
      log.info({ terminal: id, machine: info.machine, kind: info.kind }, "terminal opened");
      changed();
      return session;
    },
    get: (id) => sessions.get(id),
    list: () => [...sessions.values()].map((session) => session.info),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    closeOne(id) {
      if (!sessions.has(id)) throw noSuchTerminal();
      forget(id, "asked");
    },
    async close() {
      clearInterval(sweep);
      listeners.clear();
      for (const id of [...sessions.keys()]) forget(id, "stopping");
    },
  };
}

export function noSuchTerminal(): AppError {
  return new AppError("NOT_FOUND", "This terminal is not open any more.", { hint: "Open a new one." });
}

/** An ended session gives way to a new one. Errors: UNAVAILABLE where all are running. */
function makeRoom(sessions: Map<string, TerminalSession>, forget: (id: string, why: string) => void): void {
  const ended = [...sessions].find(([, session]) => session.endedAt !== null);
  if (!ended) {
    throw new AppError("UNAVAILABLE", `There are ${MAX_SESSIONS} terminals open already.`, {
      hint: "Close one first.",
    });
  }
  forget(ended[0], "room for another");
}
