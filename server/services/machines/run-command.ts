import { randomBytes } from "node:crypto";

import { formatCommand } from "@/lib/commands";
import { AppError } from "@/lib/errors";
import type { CommandResult } from "@/lib/machine";
import type { TransientResult } from "@/server/systemd/run-transient";
import type { Deps } from "../deps";

const MAX_OUTPUT_BYTES = 1024 * 1024;
/** Each may hold two times its output in memory, and a host has other work. */
const MAX_AT_ONCE = 16;
/** Should the api die, systemd ends the command this much later than the api would have. */
const SPARE_SEC = 15;
const LAST_WORDS = 500;
/** nspawn tells that it was stopped, which is no word of the command's. */
const NSPAWN_END = /^Container machineroom-once-\w+ terminated by signal \w+\.$/m;

let running = 0;

export interface CommandPlan {
  kind: "exec" | "once";
  machine: string | null;
  timeoutMs: number;
  stopMs: number;
  /** systemd-run's words for a unit of this name, ended by systemd after `limitSec` seconds at the latest. */
  argv: (unit: string, limitSec: number) => string[];
  /** What it is, for messages: the program's name. */
  program: string;
  /** Turns what did not run into an error that tells why; returns where it did. */
  explain: (result: TransientResult, unit: string) => Promise<void>;
  signal?: AbortSignal | undefined;
}

/** Runs a command in a transient unit to its end. Errors: those of `explain`, TIMEOUT, UNAVAILABLE (too many at once, or stopped). */
export async function runCommand(deps: Deps, plan: CommandPlan): Promise<CommandResult> {
  if (running >= MAX_AT_ONCE) {
    throw new AppError("UNAVAILABLE", `${MAX_AT_ONCE} commands are running already.`, {
      hint: "Wait until one of them has ended.",
    });
  }
  running += 1;
  try {
    return await runOne(deps, plan);
  } finally {
    running -= 1;
  }
}

async function runOne(deps: Deps, plan: CommandPlan): Promise<CommandResult> {
  const { machine, timeoutMs, stopMs, signal } = plan;
  const unit = `machineroom-${plan.kind}-${randomBytes(6).toString("hex")}.service`;
  const argv = plan.argv(unit, Math.ceil((timeoutMs + stopMs) / 1000) + SPARE_SEC);
  const begin = performance.now();
  const result = await deps.system.runTransient({
    argv: ["/usr/bin/systemd-run", ...argv.slice(1)],
    unit,
    machine,
    timeoutMs,
    stopMs,
    maxBytes: MAX_OUTPUT_BYTES,
    ...(signal && { signal }),
  });
  if (result.stopped) throw stoppedError(plan, result);
  await plan.explain(result, unit);
  const { exitCode, signal: endedBy, stdout, stderr, truncated } = result;
  const durationMs = Math.round(performance.now() - begin);
  return { exitCode, signal: endedBy, stdout, stderr, truncated, durationMs, command: formatCommand(argv) };
}

function stoppedError({ program, timeoutMs }: CommandPlan, { stopped, stdout, stderr }: TransientResult): AppError {
  if (stopped === "aborted") return new AppError("UNAVAILABLE", `${program} was stopped.`);
  const own = stderr.replace(NSPAWN_END, "").trim();
  const words = (own || stdout.trim()).slice(-LAST_WORDS);
  return new AppError("TIMEOUT", `${program} did not end within ${timeoutMs / 1000} s, and was stopped.`, {
    hint: words === "" ? "It had written nothing. Give it more time." : `It had written: ${words}`,
  });
}
