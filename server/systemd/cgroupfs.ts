import { statfs } from "node:fs/promises";

const ROOT = "/sys/fs/cgroup";
/** statfs(2): CGROUP2_SUPER_MAGIC. */
const CGROUP2 = 0x63677270;

/** How the control groups are mounted; systemd 258 knows "unified" only. */
export type CgroupLayout = "unified" | "hybrid";

/** Unified: version 2 alone. Hybrid: version 1 with a version 2 tree that has no controllers. Null: version 1 alone, which has no tree to show. */
export async function readCgroupLayout(): Promise<CgroupLayout | null> {
  if (await isCgroup2(ROOT)) return "unified";
  return (await isCgroup2(`${ROOT}/unified`)) ? "hybrid" : null;
}

async function isCgroup2(path: string): Promise<boolean> {
  const fileSystem = await statfs(path).catch(() => null);
  return fileSystem?.type === CGROUP2;
}
