import { existsSync } from "node:fs";
import { readFile, statfs } from "node:fs/promises";
import { hostname, release, uptime } from "node:os";
import { dirname } from "node:path";

import { findTool } from "@/server/systemd/build-host";
import { readCgroupLayout } from "@/server/systemd/cgroupfs";
import type { Pool } from "@/server/systemd/machined";
import type { Deps } from "../deps";

const DEFAULT_POOL: Pool = { path: "/var/lib/machines", usedBytes: null, limitBytes: null };
const FS_TYPES: Record<number, string> = {
  2435016766: "btrfs",
  61267: "ext4",
  1481003842: "xfs",
  16914836: "tmpfs",
  2035054128: "overlayfs",
  801189825: "zfs",
  3393526350: "bcachefs",
  26985: "nfs",
};

/** What `host.info` tells: names, versions, the pool and its room, the tools builds can use. */
export async function readHostInfo({ system }: Deps) {
  const [osRelease, pool, version, cgroups] = await Promise.all([
    readFile("/etc/os-release", "utf8").catch(() => ""),
    // The rest is worth telling also while the bus is away.
    system.machined.pool().catch(() => DEFAULT_POOL),
    system.manager.version().catch(() => null),
    readCgroupLayout(),
  ]);
  return {
    hostname: hostname(),
    os: /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(osRelease)?.[1] ?? null,
    kernel: release(),
    systemdVersion: version === null ? null : (/^\d+/.exec(version)?.[0] ?? null),
    cgroups,
    pool: await measurePool(pool),
    tools: {
      pacstrap: findTool("pacstrap"),
      debootstrap: findTool("debootstrap"),
      mmdebstrap: findTool("mmdebstrap"),
      dnf: findTool("dnf"),
    },
    uptimeSec: Math.floor(uptime()),
  };
}

/** machined measures a btrfs pool with quotas; any other takes what its file system says. */
async function measurePool({ path, usedBytes, limitBytes }: Pool) {
  const fileSystem = await statfs(nearestDirectory(path));
  const totalBytes = fileSystem.blocks * fileSystem.bsize;
  return {
    path,
    fsType: FS_TYPES[fileSystem.type] ?? `0x${fileSystem.type.toString(16)}`,
    usedBytes: usedBytes ?? totalBytes - fileSystem.bfree * fileSystem.bsize,
    totalBytes,
    limitBytes,
  };
}

/** machined makes the pool's directory when it first needs it: until then its parent has the room. */
function nearestDirectory(path: string): string {
  return existsSync(path) ? path : nearestDirectory(dirname(path));
}
