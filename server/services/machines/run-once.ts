import { machineCommands } from "@/lib/commands";
import { AppError } from "@/lib/errors";
import type { CommandResult, MachineRunOnce } from "@/lib/machine";
import type { TransientResult } from "@/server/systemd/run-transient";
import type { Deps } from "../deps";
import { findProblems } from "./findings";
import { requireHost } from "./require-machine";
import { runCommand } from "./run-command";

/** nspawn removes the snapshot when it ends, file by file where the pool is not btrfs. */
const STOP_MS = 75_000;

/**
 * Runs one command in a snapshot of an image that is thrown away afterwards: `systemd-nspawn --ephemeral`. Without `network` it has
 * a loopback interface only. Errors: NOT_FOUND (image, program), PRECONDITION (nspawn refuses the image), TIMEOUT.
 */
export async function runOnce(deps: Deps, input: MachineRunOnce, signal?: AbortSignal): Promise<CommandResult> {
  requireHost(deps.world);
  const image = (await deps.system.machined.listImages()).find(({ name }) => name === input.image);
  if (!image) {
    throw new AppError("NOT_FOUND", `There is no image named ${input.image} on this host.`, {
      hint: "Look at the list of images.",
    });
  }
  const path = await deps.system.machined.imagePath(image.objectPath);
  const isDisk = image.type === "raw" || image.type === "block";
  const { network, command } = input;
  return runCommand(deps, {
    kind: "once",
    machine: null,
    timeoutMs: input.timeoutMs,
    stopMs: STOP_MS,
    argv: (unit, limitSec) => machineCommands.runOnce({ unit, limitSec, image: { path, isDisk }, network, command }),
    program: command[0] ?? "",
    explain: async (result) => explain(input, result),
    signal,
  });
}

function explain({ image, command }: MachineRunOnce, { started, exitCode, stdout, stderr }: TransientResult): void {
  if (!started) {
    throw new AppError("UNAVAILABLE", stderr.trim() || "systemd did not take the command.", {
      hint: "Look at the host's journal.",
    });
  }
  if (exitCode !== 1 || stdout !== "") return;
  const lines = stderr.trim().split("\n");
  const notRun = lines.map((line) => /^execv\((.+)\) failed: (.+)$/.exec(line)).find((match) => match !== null);
  if (notRun) {
    throw new AppError("NOT_FOUND", `${command[0]} could not be executed in ${image}: ${notRun[2]}.`, {
      hint: "Is it installed in the image, and may it be executed? Shell built-ins need: sh -c '…'",
    });
  }
  const [finding] = findProblems(lines);
  if (finding) throw new AppError("PRECONDITION", finding.problem, { hint: finding.hint });
}
