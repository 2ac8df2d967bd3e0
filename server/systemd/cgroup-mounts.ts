import { readFileSync } from "node:fs";

/** A mounted hierarchy: the group `root` of it is seen at the directory `at`. */
export interface CgroupMount {
  at: string;
  root: string;
}

/** Where this host's control groups are, per hierarchy and controller. */
export interface CgroupMounts {
  /** Version 2; null on a host with version 1 alone. */
  unified: CgroupMount | null;
  /** The controllers version 2 has on this host (cgroup.controllers of its root). */
  unifiedControllers: ReadonlySet<string>;
  /** The controllers that are mounted as version 1. */
  legacy: ReadonlyMap<string, CgroupMount>;
  /** systemd's own hierarchy of version 1, where version 2 is not the one it works with. */
  systemd: CgroupMount | null;
  /** The kernel measures pressure. */
  psi: boolean;
}

/** Looks where this process sees the hierarchies (proc_pid_mountinfo(5)); they do not move while a host runs. Blocks for a moment. */
export function readCgroupMounts({ proc = "/proc", prefix = "" } = {}): CgroupMounts {
  const mounts: Omit<CgroupMounts, "unifiedControllers" | "psi"> & { legacy: Map<string, CgroupMount> } = {
    unified: null,
    legacy: new Map(),
    systemd: null,
  };
  for (const line of readFileSync(`${proc}/self/mountinfo`, "utf8").split("\n")) {
    const { type, mount, options } = parseMount(line, prefix);
    if (type === "cgroup2") mounts.unified ??= mount;
    if (type !== "cgroup") continue;
    if (options.includes("name=systemd")) mounts.systemd ??= mount;
    for (const name of options) if (!mounts.legacy.has(name)) mounts.legacy.set(name, mount);
  }
  return {
    ...mounts,
    unifiedControllers: new Set(mounts.unified ? wordsOf(`${mounts.unified.at}/cgroup.controllers`) : []),
    psi: isReadable(`${proc}/pressure/cpu`),
  };
}

/** 41 31 0:38 ROOT AT rw,relatime - TYPE SOURCE OPTIONS; between the sixth field and "-" there may be any number of others. */
function parseMount(line: string, prefix: string): { type: string; mount: CgroupMount; options: string[] } {
  const [before = "", after = ""] = line.split(" - ");
  const [, , , root = "/", at = "/"] = before.split(" ").map(unescapeOctal);
  const [type = "", , options = ""] = after.split(" ");
  return { type, mount: { at: `${prefix}${at}`, root }, options: options.split(",") };
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_whole, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** The directory of a control group in a hierarchy; null where the mount shows only another part of it. */
export function directoryIn(mount: CgroupMount, path: string): string | null {
  if (mount.root === "/") return path === "/" ? mount.at : `${mount.at}${path}`;
  if (path !== mount.root && !path.startsWith(`${mount.root}/`)) return null;
  return `${mount.at}${path.slice(mount.root.length)}`;
}

function wordsOf(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split(/\s+/).filter(Boolean);
  } catch {
    return [];
  }
}

function isReadable(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}
