import { formatCommand, machineCommands } from "@/lib/commands";
import { AppError } from "@/lib/errors";
import type { TerminalOpen } from "@/lib/terminal";
import { hasLinesOfBoot, hostJournalDirectory } from "@/server/systemd/host-journal";
import type { Deps } from "../deps";
import { waitForBus } from "../inside/machine-link";
import { requireMachine, requireRunning } from "../machines/require-machine";
import { nspawnUnit } from "../world/merge-machine";
import { shellArgv } from "./shell-command";

interface Opener {
  id: string;
  email: string;
}

interface Program {
  user: string | null;
  /** What is shown: the equivalent command. */
  told: readonly string[];
  /** What is run; the first word is replaced by the absolute binary. */
  run: readonly string[];
  binary: string;
}

const MACHINECTL = "/usr/bin/machinectl";
const BUS_TIMEOUT_MS = 15_000;

/**
 * Opens `machinectl login NAME`, `machinectl shell USER@NAME` or the machine's console log on a pty; of a machine that has only just
 * started, as soon as it can be asked for a terminal.
 * Errors: NOT_FOUND, INVALID, PRECONDITION (not running; no console), UNAVAILABLE (too many).
 */
export async function openTerminal(
  deps: Deps,
  input: TerminalOpen,
  opener: Opener,
): Promise<{ id: string; command: string }> {
  const program = await programOf(deps, input);
  // machinectl asks the machine's own systemd for a terminal, and gives up at once where there is no bus yet.
  if (input.kind !== "console") await waitForBus(deps, input.name, BUS_TIMEOUT_MS);
  const session = deps.terminals.open({
    argv: [program.binary, ...program.run.slice(1)],
    info: {
      machine: input.name,
      kind: input.kind,
      user: program.user,
      command: [...program.told],
      program: input.command ?? [],
      openedBy: opener.email,
    },
    ownerId: opener.id,
    size: { cols: input.cols, rows: input.rows },
  });
  if (input.record) deps.recordings.start(session, opener);
  return { id: session.info.id, command: formatCommand(program.told) };
}

async function programOf(deps: Deps, input: TerminalOpen): Promise<Program> {
  if (input.kind !== "shell" && (input.user || input.command)) {
    throw new AppError("INVALID", "Only a shell is opened for a user or a command.", {
      hint: "A login asks for the user itself; a console takes no input.",
    });
  }
  if (input.kind === "console") return consoleProgram(deps, input.name);
  requireRunning(deps, input.name);
  if (input.kind === "login") {
    const told = machineCommands.login(input.name);
    return { user: null, told, run: told, binary: MACHINECTL };
  }
  const user = input.user ?? "root";
  const told = machineCommands.shell(input.name, user, input.command);
  const run = shellArgv(machineCommands.shell(input.name, user), input.command);
  return { user, told, run, binary: MACHINECTL };
}

/** systemd-nspawn without a terminal prints the console to its unit's journal; a stopped machine's is there too. */
async function consoleProgram(deps: Deps, name: string): Promise<Program> {
  const machine = requireMachine(deps, name);
  if (machine.image === null || (machine.service !== null && machine.unit !== nspawnUnit(name))) {
    throw new AppError("PRECONDITION", `The console of ${name} is not in the journal.`, {
      hint: `It was started by hand; only ${nspawnUnit(name)} writes its console there.`,
    });
  }
  const [unit, directory] = [nspawnUnit(name), await hostJournalDirectory()];
  const told = machineCommands.console(unit, directory, !(await hasLinesOfBoot(unit, directory)));
  return { user: null, told, run: told, binary: "/usr/bin/journalctl" };
}
