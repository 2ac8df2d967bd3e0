import { readFileSync, statSync } from "node:fs";

import { type BuildStatus, buildStatusSchema } from "@/lib/build";
import type { BuildFiles } from "./build-files";

/**
 * What is known of a build whose builder left no result: its status where its very tree stands in place already, so that it
 * succeeded, else null. The tree is known by device and inode: somebody else may have made an image of that name.
 */
export function placedWithoutResult(files: BuildFiles, target: string): BuildStatus | null {
  try {
    const status = buildStatusSchema.parse(JSON.parse(readFileSync(files.status, "utf8")));
    const placed = statSync(target);
    return status.tree && placed.ino === status.tree.inode && placed.dev === status.tree.device ? status : null;
  } catch {
    return null;
  }
}
