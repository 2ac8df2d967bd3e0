import { formatCommand, machineCommands } from "@/lib/commands";
import { AppError } from "@/lib/errors";
import type { TerminalOpen } from "@/lib/terminal";
import type { Deps } from "../deps";
import { requireRunning } from "../machines/require-machine";

/** Opens `machinectl login NAME` or `machinectl shell USER@NAME` on a pty. Errors: NOT_FOUND, PRECONDITION (not running), UNAVAILABLE. */
export function openTerminal(deps: Deps, input: TerminalOpen, openedBy: string): { id: string; command: string } {
  requireRunning(deps, input.name);
  if (input.kind === "login" && (input.user || input.command)) {
    throw new AppError("INVALID", "A login asks for the user itself.", {
      hint: "Open a shell to choose a user or command.",
    });
  }
  const user = input.kind === "shell" ? (input.user ?? "root") : null;
  const argv =
    user === null ? machineCommands.login(input.name) : machineCommands.shell(input.name, user, input.command);
  const session = deps.terminals.open({
    argv: ["/usr/bin/machinectl", ...argv.slice(1)],
    info: { machine: input.name, kind: input.kind, user, command: [...argv], openedBy },
    cols: input.cols,
    rows: input.rows,
  });
  return { id: session.info.id, command: formatCommand(argv) };
}
