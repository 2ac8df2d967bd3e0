import type { Deps } from "../deps";
import { noSuchTerminal } from "./terminal-registry";
import type { TerminalSession } from "./terminal-session";

interface Recorded {
  /** Of the recording. */
  recording: string;
  machine: string;
}

/** Records a terminal from here on. Errors: NOT_FOUND, CONFLICT (it is being recorded), PRECONDITION (it has ended). */
export function recordTerminal(deps: Deps, id: string, by: { id: string; email: string }): Recorded {
  const session = requireTerminal(deps, id);
  return { recording: deps.recordings.start(session, by).id, machine: session.info.machine };
}

/** By any operator, as closing a terminal is. Errors: NOT_FOUND, CONFLICT (it is not being recorded). */
export function stopRecording(deps: Deps, id: string): Recorded {
  const session = requireTerminal(deps, id);
  return { recording: deps.recordings.stop(session).id, machine: session.info.machine };
}

function requireTerminal({ terminals }: Deps, id: string): TerminalSession {
  const session = terminals.get(id);
  if (!session) throw noSuchTerminal();
  return session;
}
