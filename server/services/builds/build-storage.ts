import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { type BuildSpec, buildIdSchema } from "@/lib/build";
import type { BuildFiles } from "@/server/build-files";

/** What the builder is told: the order on disk, the password in memory. */
export async function writeBuildFiles(files: BuildFiles, spec: BuildSpec, password: string | null): Promise<void> {
  await mkdir(files.directory, { recursive: true, mode: 0o700 });
  await writeFile(files.spec, JSON.stringify(spec), { mode: 0o600, flag: "wx" });
  if (password === null) return;
  await mkdir(dirname(files.password), { recursive: true, mode: 0o700 });
  await writeFile(files.password, password, { mode: 0o600, flag: "wx" });
}

export async function removeBuildFiles({ directory, password }: BuildFiles): Promise<void> {
  await Promise.all([directory, password].map((path) => rm(path, { recursive: true, force: true })));
}

/** Ids of the builds that have files, with a record or without. */
export async function storedBuildIds(dataDir: string): Promise<string[]> {
  const names = await readdir(join(dataDir, "builds")).catch((): string[] => []);
  return names.filter((name) => buildIdSchema.safeParse(name).success);
}
