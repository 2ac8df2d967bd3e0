import { existsSync } from "node:fs";
import { readFile, statfs } from "node:fs/promises";

import { type BuildHost, POOL } from "@/lib/build-commands";
import { run } from "./process";

const BTRFS_MAGIC = 0x9123683e;
const DIRECTORIES = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"];

/** The absolute path of a tool of the host, null where it is not installed. */
export function findTool(name: string): string | null {
  return DIRECTORIES.map((directory) => `${directory}/${name}`).find((path) => existsSync(path)) ?? null;
}

/** Looks at everything that decides how a build is run. Cheap: asked anew each time, so an installed tool is found at once. */
export async function readBuildHost(signal?: AbortSignal): Promise<BuildHost> {
  const pacstrap = findTool("pacstrap");
  const [isBtrfs, pacstrapHelp, pacmanConf] = await Promise.all([
    statfs(POOL).then(
      (info) => info.type === BTRFS_MAGIC,
      () => false,
    ),
    pacstrap === null ? "" : helpText(pacstrap, signal),
    readFile("/etc/pacman.conf", "utf8").catch(() => ""),
  ]);
  return {
    pacstrap,
    pacstrapHasDirectoryOption: hasDirectoryOption(pacstrapHelp),
    pacmanMirrorlist: existsSync("/etc/pacman.d/mirrorlist"),
    pacmanKeyring: existsSync("/etc/pacman.d/gnupg"),
    pacmanRepositories: namesRepositories(pacmanConf),
    mmdebstrap: findTool("mmdebstrap"),
    debootstrap: findTool("debootstrap"),
    btrfs: isBtrfs ? findTool("btrfs") : null,
    firstboot: findTool("systemd-firstboot"),
  };
}

async function helpText(tool: string, signal: AbortSignal | undefined): Promise<string> {
  const result = await run([tool, "-h"], { timeoutMs: 5000, ...(signal && { signal }) });
  return `${result.stdout}\n${result.stderr}`;
}

/** Whether `pacstrap -h` lists -d, as releases before arch-install-scripts 25 do. */
export function hasDirectoryOption(help: string): boolean {
  return /^\s+-d\b/m.test(help);
}

/** Whether a pacman.conf(5) has a section besides [options]. */
export function namesRepositories(text: string): boolean {
  return [...text.matchAll(/^\s*\[([^\]]+)\]/gm)].some(([, name]) => name !== "options");
}
