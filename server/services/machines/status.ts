import type { MachineStatus } from "@/lib/machine";
import type { Deps } from "../deps";
import { requireRunning } from "./require-machine";

/** What `machinectl status` shows of a running machine beyond its row. Errors: NOT_FOUND, PRECONDITION. */
export async function readStatus(deps: Deps, name: string): Promise<MachineStatus> {
  const { leaderPid } = requireRunning(deps, name);
  const { machined, interfaceNames, processName } = deps.system;
  const [{ id, interfaceIndexes }, addresses, leaderCommand] = await Promise.all([
    machined.machineDetails(name),
    // Some registrars have no addresses to tell of; the rest is worth showing.
    machined.machineAddresses(name).catch(() => []),
    leaderPid === null ? null : processName(leaderPid),
  ]);
  return { id, leaderCommand, interfaces: await interfaceNames(interfaceIndexes), addresses };
}
