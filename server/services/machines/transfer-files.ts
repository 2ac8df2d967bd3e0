import { formatCommand, machineCommands } from "@/lib/commands";
import { AppError } from "@/lib/errors";
import type { BindMount, CopyFiles } from "@/lib/machine";
import type { Deps } from "../deps";
import type { Done } from "./change-state";
import { requireRunning } from "./require-machine";

/** A copy has no progress to tell; one of a larger tree than this allows belongs into a transfer. */
const COPY_TIMEOUT_MS = 10 * 60_000;

/** machine1.BindMountMachine: shows a path of the host inside, until the machine stops. Errors: PRECONDITION, NOT_FOUND, INVALID. */
export async function bindIntoMachine(deps: Deps, input: BindMount): Promise<Done> {
  requireRunning(deps, input.name);
  const destination = input.destination ?? input.source;
  await deps.system.machined
    .bindMount({ ...input, destination })
    .catch((error: unknown) => rethrow(error, { ...input, destination }, bindHints));
  return { command: formatCommand(machineCommands.bind(input)) };
}

/** machine1.CopyToMachineWithFlags, or CopyFromMachineWithFlags. Errors: PRECONDITION, NOT_FOUND, CONFLICT (it exists), TIMEOUT. */
export async function copyFiles(
  deps: Deps,
  direction: "to" | "from",
  input: CopyFiles,
  signal?: AbortSignal,
): Promise<Done> {
  requireRunning(deps, input.name);
  const { name, source, force } = input;
  const destination = input.destination ?? source;
  await deps.system.machined
    .copy({
      direction,
      name,
      source,
      destination,
      replace: force,
      timeoutMs: COPY_TIMEOUT_MS,
      ...(signal && { signal }),
    })
    .catch((error: unknown) => rethrow(error, { source, destination }, copyHints));
  const verb = direction === "to" ? machineCommands.copyTo : machineCommands.copyFrom;
  return { command: formatCommand(verb(input)) };
}

interface Paths {
  source: string;
  destination: string;
}

type Hints = (error: AppError, paths: Paths) => string | undefined;

/** systemd's words with what to do about them here. */
function rethrow(error: unknown, paths: Paths, hints: Hints): never {
  if (!(error instanceof AppError)) throw error;
  throw new AppError(error.code, error.message, { hint: hints(error, paths) ?? error.hint, cause: error.cause });
}

const bindHints: Hints = ({ code, message }, { source, destination }) => {
  if (/user namespac/i.test(message)) {
    return "This machine has user namespacing (the default). Bind mounts made while it runs are refused then: set PrivateUsers=no, or put Bind= into its .nspawn file and restart it.";
  }
  if (code === "NOT_FOUND") {
    return `Look whether ${source} is on this host, and ${destination} in the machine (mkdir makes it).`;
  }
  return undefined;
};

const copyHints: Hints = ({ code }, { source, destination }) => {
  if (code === "CONFLICT") return `${destination} exists. Set force to replace it, or choose another destination.`;
  if (code === "NOT_FOUND") return `Look whether ${source} and the directory above ${destination} are there.`;
  if (code === "TIMEOUT") return "The copy may still go on. Look at the destination before trying again.";
  return undefined;
};
