import { existsSync } from "node:fs";

import type { BuildFailure, BuildResult, BuildState } from "@/lib/build";
import { buildTree } from "@/lib/build-commands";
import type { BuildFiles } from "@/server/build-files";

export const LOST: BuildFailure = {
  message: "The builder vanished without a result.",
  hint: "The host went down while it ran, its files were removed, or their disk was full. What it left half made is removed: build it again.",
  reason: "lost",
};
const STOPPED_FROM_OUTSIDE: BuildFailure = {
  message: "The build was stopped from outside Machineroom.",
  hint: "Its unit was stopped on the host, or the host was shut down. Build it again.",
  reason: "stopped",
};

/** How a build ended whose builder could tell. One that failed by itself has failed, also where somebody asked for its end. */
export function outcomeOf(
  result: BuildResult,
  cancelAsked: boolean,
): { state: BuildState; error: BuildResult["error"] } {
  if (result.ok) return { state: "succeeded", error: null };
  if (!result.stopped) return { state: "failed", error: result.error };
  return cancelAsked ? { state: "cancelled", error: null } : { state: "failed", error: STOPPED_FROM_OUTSIDE };
}

/** Whether a builder left any trace of having run. */
export function hasBegun(id: string, files: BuildFiles): boolean {
  return [files.status, files.log, buildTree(id)].some((path) => existsSync(path));
}
