import { constants } from "node:os";

import { formatCommand, machineCommands } from "@/lib/commands";
import { AppError } from "@/lib/errors";
import type { Deps } from "../deps";
import type { Done } from "./change-state";
import { requireRunning } from "./require-machine";

const SIGRTMIN = 34;

/** A signal's number by name (with or without SIG), SIGRTMIN+n, or number. Errors: INVALID. */
export function signalNumber(signal: string | number): number {
  if (typeof signal === "number") return signal;
  if (/^\d+$/.test(signal)) return Number(signal);
  const name = signal.startsWith("SIG") ? signal : `SIG${signal}`;
  const realTime = /^SIGRTMIN(?:\+(\d+))?$/.exec(name);
  if (realTime) return SIGRTMIN + Number(realTime[1] ?? 0);
  const found = Object.entries(constants.signals).find(([known]) => known === name);
  if (!found) throw new AppError("INVALID", `${signal} is not a signal of this host.`);
  return found[1];
}

/** machine1.KillMachine. */
export async function killMachine(
  deps: Deps,
  input: { name: string; whom: "leader" | "all"; signal: string | number },
): Promise<Done> {
  requireRunning(deps, input.name);
  await deps.system.machined.kill(input.name, input.whom, signalNumber(input.signal));
  return { command: formatCommand(machineCommands.kill(input.name, input.whom, input.signal)) };
}
