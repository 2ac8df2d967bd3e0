import type { Build, RecipeId } from "@/lib/build";
import { findTool } from "@/server/systemd/build-host";
import { readTreeFile } from "@/server/systemd/machine-tree";
import { run } from "@/server/systemd/process";

/** Some ten thousand packages. */
const DPKG_STATUS_BYTES = 32 * 1024 * 1024;

/** What is installed in a tree, by its own package database; null where it cannot be read. */
export async function listPackages(recipe: RecipeId, tree: string): Promise<Build["packages"]> {
  const packages = recipe === "arch" ? await pacmanPackages(tree) : await dpkgPackages(tree);
  return packages && packages.length > 0 ? packages.sort((a, b) => (a.name < b.name ? -1 : 1)) : null;
}

async function pacmanPackages(tree: string): Promise<Build["packages"]> {
  const pacman = findTool("pacman");
  if (!pacman) return null;
  const argv = [pacman, "--config", "/dev/null", "--dbpath", `${tree}/var/lib/pacman`, "-Q"];
  const result = await run(argv, { timeoutMs: 30_000, maxBytes: 16 * 1024 * 1024 }).catch(() => null);
  if (result?.exitCode !== 0) return null;
  return result.stdout
    .toString("utf8")
    .split("\n")
    .flatMap((line) => {
      const [name, version] = line.split(" ");
      return name && version ? [{ name, version }] : [];
    });
}

/** dpkg's status file is read itself: a host that builds Debian with mmdebstrap need not have dpkg-query. */
async function dpkgPackages(tree: string): Promise<Build["packages"]> {
  const status = await readTreeFile(tree, "/var/lib/dpkg/status", DPKG_STATUS_BYTES).catch(() => null);
  if (status === null) return null;
  return status.text.split("\n\n").flatMap((block) => {
    const name = /^Package: (.+)$/m.exec(block)?.[1];
    const version = /^Version: (.+)$/m.exec(block)?.[1];
    return name && version && /^Status: \S+ \S+ installed$/m.test(block) ? [{ name, version }] : [];
  });
}
