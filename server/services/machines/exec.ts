import { setTimeout as delay } from "node:timers/promises";

import { machineCommands } from "@/lib/commands";
import { AppError } from "@/lib/errors";
import type { CommandResult, MachineExec } from "@/lib/machine";
import type { TransientResult } from "@/server/systemd/run-transient";
import type { Deps } from "../deps";
import { findJournal } from "../journal/source";
import { requireRunning } from "./require-machine";
import { runCommand } from "./run-command";

/** A process that ignores SIGTERM is killed after 5 s. */
const STOP_MS = 15_000;
/** Statuses of systemd.exec(5) for what failed before the command itself ran. */
const STATUS_EXEC = 203;
const STATUS_USER = 217;
/** The machine's journald may write the line a moment after the command has ended; where it never does, nobody waits long. */
const REASON_DELAYS_MS = [0, 50, 100, 200, 300, 350];

/**
 * Runs one command in a running machine, as a service of the machine's own systemd: `systemd-run --machine=NAME --wait --pipe`.
 * Errors: PRECONDITION (not running, no D-Bus inside), NOT_FOUND (no such user, no such program), TIMEOUT.
 */
export async function execInMachine(deps: Deps, input: MachineExec, signal?: AbortSignal): Promise<CommandResult> {
  const { name, user, command, timeoutMs } = input;
  requireRunning(deps, name);
  return runCommand(deps, {
    kind: "exec",
    machine: name,
    timeoutMs,
    stopMs: STOP_MS,
    argv: (unit, limitSec) => machineCommands.exec(name, { unit, user, limitSec, command }),
    program: command[0] ?? "",
    explain: async (result, unit) => {
      if (!result.started) throw refusal(name, result.stderr);
      if (result.exitCode === 1 && /^Failed to|^Connection/m.test(result.stderr) && goneWhileRunning(deps, name)) {
        throw new AppError("UNAVAILABLE", `${name} went away while the command ran.`, {
          hint: "It was stopped or restarted. Start it and try again.",
        });
      }
      const silent = result.stdout === "" && result.stderr === "";
      if (result.exitCode === STATUS_USER && silent) {
        throw new AppError("NOT_FOUND", `There is no user ${user} in ${name} (status 217/USER).`, {
          hint: "Look at /etc/passwd of the machine, or run it as root.",
        });
      }
      if (result.exitCode === STATUS_EXEC && silent) throw await notExecutable(deps, input, unit);
    },
    signal,
  });
}

function goneWhileRunning(deps: Deps, name: string): boolean {
  return deps.world.machine(name)?.leaderPid === null;
}

/** systemd-run's own words where the machine did not take the command. */
function refusal(name: string, stderr: TransientResult["stderr"]): AppError {
  const text = stderr.trim();
  if (text.includes("Host is down")) {
    return new AppError("PRECONDITION", `${name} is not running.`, { hint: "Start it first." });
  }
  if (/Failed to connect to bus|Failed to create bus connection/.test(text)) {
    return new AppError("PRECONDITION", `${name} has no system bus that answers, so no command can be run in it.`, {
      hint: "Wait until it has booted. A machine without systemd and D-Bus as its init cannot be reached this way.",
    });
  }
  return new AppError("INVALID", text || `${name} did not take the command.`, {
    hint: "A program is named by an absolute path, or by a name that is looked up in the machine.",
  });
}

/** 203/EXEC; why is in the machine's journal only. */
async function notExecutable(deps: Deps, { name, command }: MachineExec, unit: string): Promise<AppError> {
  const reason = await reasonOf(deps, name, unit);
  return new AppError(
    "NOT_FOUND",
    `${command[0]} could not be executed in ${name}${reason ? `: ${reason}` : ""} (status 203/EXEC).`,
    { hint: "Is it installed in the machine, and may it be executed? Shell built-ins need: sh -c '…'" },
  );
}

async function reasonOf(deps: Deps, machine: string, unit: string): Promise<string | undefined> {
  for (const delayMs of REASON_DELAYS_MS) {
    await delay(delayMs);
    const lines = await findJournal(deps, machine)
      // Not --unit=: what failed to be executed may be gone before journald has looked up whose it was. It says so itself.
      .then(({ place }) => deps.system.readJournal({ matches: [place, `UNIT=${unit}`], limit: 20 }))
      .catch(() => []);
    const reason = lines
      .map(({ entry }) => /^\S+ Failed at step EXEC spawning .*: (.+)$/.exec(entry.message)?.[1])
      .find((text) => text !== undefined);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
