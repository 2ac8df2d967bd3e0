import { randomUUID } from "node:crypto";
import type { Logger } from "pino";

import { AppError } from "@/lib/errors";
import type { TerminalInfo } from "@/lib/terminal";
import type { HostSystem } from "@/server/systemd/host-system";
import { TerminalSession } from "./terminal-session";

const MAX_SESSIONS = 100;
/** An ended session is kept so that a reload still shows its last screen and exit status. */
const KEEP_EXITED_MS = 10 * 60_000;
const SWEEP_MS = 60_000;

export interface OpenTerminal {
  argv: readonly string[];
  info: Omit<TerminalInfo, "id" | "startedAt" | "state" | "exitCode">;
  cols: number;
  rows: number;
}

/** Every open terminal of this api. */
export interface TerminalRegistry {
  open(options: OpenTerminal): TerminalSession;
  get(id: string): TerminalSession | undefined;
  list(): TerminalInfo[];
  /** Ends one; unknown ids are NOT_FOUND. */
  closeOne(id: string): void;
  close(): Promise<void>;
}

/** `idleTimeoutMs`: a session nobody has looked at for so long is closed. */
export function createTerminalRegistry({
  system,
  log,
  idleTimeoutMs = 24 * 3_600_000,
}: {
  system: HostSystem;
  log: Logger;
  idleTimeoutMs?: number;
}): TerminalRegistry {
  const sessions = new Map<string, TerminalSession>();
  const endedAt = new Map<string, number>();

  const forget = (id: string) => {
    sessions.get(id)?.close();
    sessions.delete(id);
    endedAt.delete(id);
  };
  const sweep = setInterval(() => {
    const now = Date.now();
    for (const [id, session] of sessions) {
      const ended = endedAt.get(id);
      const idle = session.idleSince !== null && now - session.idleSince > idleTimeoutMs;
      if (idle || (ended !== undefined && now - ended > KEEP_EXITED_MS)) forget(id);
    }
  }, SWEEP_MS).unref();

  return {
    open({ argv, info, cols, rows }) {
      if (sessions.size >= MAX_SESSIONS) {
        throw new AppError("UNAVAILABLE", `There are ${MAX_SESSIONS} terminals open already.`, {
          hint: "Close one first.",
        });
      }
      const id = randomUUID();
      const pty = system.spawnPty(argv, { cols, rows });
      const full: TerminalInfo = { ...info, id, startedAt: new Date().toISOString(), state: "running", exitCode: null };
      const session = new TerminalSession(pty, full, { cols, rows }, () => endedAt.set(id, Date.now()));
      sessions.set(id, session);
      log.info({ terminal: id, machine: info.machine, kind: info.kind }, "terminal opened");
      return session;
    },
    get: (id) => sessions.get(id),
    list: () => [...sessions.values()].map((session) => session.info),
    closeOne(id) {
      if (!sessions.has(id)) {
        throw new AppError("NOT_FOUND", "This terminal is not open any more.", { hint: "Open a new one." });
      }
      forget(id);
    },
    async close() {
      clearInterval(sweep);
      for (const id of [...sessions.keys()]) forget(id);
    },
  };
}
