import { existsSync } from "node:fs";

import { type BuildFailure, type BuildResult, type BuildState, type BuildStatus, pendingSteps } from "@/lib/build";
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

/** What the record of an ended build says; of the builder's last word on its status, where that is all there is. */
export function endedRow(
  state: BuildState,
  result: BuildResult | null,
  error: BuildFailure | null,
  status: BuildStatus | null,
) {
  const placed = state === "succeeded";
  const steps = status?.steps ?? pendingSteps();
  return {
    state,
    finishedAt: result ? new Date(result.finishedAt) : new Date(),
    exitCode: result?.exitCode ?? (placed ? 0 : null),
    sizeBytes: result?.sizeBytes ?? (placed ? (status?.sizeBytes ?? null) : null),
    packagesJson: result?.packages ? JSON.stringify(result.packages) : null,
    commandsJson: JSON.stringify(status?.commands ?? []),
    stepsJson: JSON.stringify(steps.map((step) => (step.state === "running" ? { ...step, state: "failed" } : step))),
    errorMessage: error?.message ?? null,
    errorHint: error?.hint ?? null,
    errorReason: error?.reason ?? null,
  };
}
