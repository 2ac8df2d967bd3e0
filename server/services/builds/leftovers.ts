import { readdir } from "node:fs/promises";
import { basename } from "node:path";

import { buildTree, POOL } from "@/lib/build-commands";
import { isMadeId } from "./build-id";

const PREFIX = basename(buildTree(""));

/** Ids of the builds whose hidden tree is in the pool: directories, never links. */
export async function findBuildTrees(pool = POOL): Promise<string[]> {
  const entries = await readdir(pool, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && entry.name.startsWith(PREFIX))
    .map(({ name }) => name.slice(PREFIX.length))
    .filter(isMadeId);
}
