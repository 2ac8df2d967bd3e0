import type { CgroupSample } from "@/lib/cgroups";
import { AppError } from "@/lib/errors";
import type { Machine } from "@/lib/machine";
import type { TreeRequest } from "@/server/systemd/cgroup-tree";
import type { Deps } from "../deps";
import { requireRunning } from "../machines/require-machine";
import { delegationsOf } from "./delegations";
import { withRates } from "./rates";

export type CgroupDeps = Pick<Deps, "world" | "system">;

/** Where a machine's groups are; null while it is only just starting. */
export function treeRequestOf({ leaderPid, unit }: Machine): TreeRequest | null {
  return leaderPid === null || unit === null ? null : { leaderPid, unit };
}

/** The tree of `systemd-cgls -M NAME`, from cgroupfs and procfs. Errors: as requireRunning, and UNAVAILABLE while it starts or stops. */
export async function readCgroupTree(
  deps: CgroupDeps,
  name: string,
  signal: AbortSignal | undefined,
): Promise<CgroupSample> {
  const request = treeRequestOf(requireRunning(deps, name));
  const delegations = request && delegationsOf(deps.system.machineBuses, { name, leaderPid: request.leaderPid });
  delegations?.prepare();
  const tree = request && (await deps.system.cgroups.read(request, signal));
  if (delegations && tree) {
    await delegations.learn(tree);
    return withRates(tree, null, delegations.in(tree));
  }
  throw new AppError("UNAVAILABLE", `The control group of ${name} is not there.`, {
    hint: "It is only just starting, or has just stopped. Try again in a moment.",
  });
}
