import { existsSync } from "node:fs";
import { readFile, statfs } from "node:fs/promises";
import { hostname, release, uptime } from "node:os";
import { z } from "zod";

import type { Deps } from "../deps";

const POOL = "/var/lib/machines";
const FS_TYPES: Record<number, string> = {
  2435016766: "btrfs",
  61267: "ext4",
  1481003842: "xfs",
  16914836: "tmpfs",
  2035054128: "overlayfs",
};

function findTool(name: string): string | null {
  return [`/usr/bin/${name}`, `/usr/sbin/${name}`].find((path) => existsSync(path)) ?? null;
}

/** What `host.info` tells: names, versions, the pool and its room, the tools builds can use. */
export async function readHostInfo({ system }: Deps) {
  const [osRelease, fileSystem, version] = await Promise.all([
    readFile("/etc/os-release", "utf8").catch(() => ""),
    statfs(POOL),
    system.run(["/usr/bin/systemctl", "--version"], { timeoutMs: 5000 }),
  ]);
  const totalBytes = fileSystem.blocks * fileSystem.bsize;
  return {
    hostname: hostname(),
    os: /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(osRelease)?.[1] ?? null,
    kernel: release(),
    systemdVersion: z
      .string()
      .nullable()
      .parse(/^systemd (\d+)/.exec(version.stdout.toString())?.[1] ?? null),
    cgroups: existsSync("/sys/fs/cgroup/cgroup.controllers") ? ("unified" as const) : ("hybrid" as const),
    pool: {
      path: POOL,
      fsType: FS_TYPES[fileSystem.type] ?? `0x${fileSystem.type.toString(16)}`,
      usedBytes: totalBytes - fileSystem.bfree * fileSystem.bsize,
      totalBytes,
      limitBytes: null,
    },
    tools: {
      pacstrap: findTool("pacstrap"),
      debootstrap: findTool("debootstrap"),
      mmdebstrap: findTool("mmdebstrap"),
      dnf: findTool("dnf"),
    },
    uptimeSec: Math.floor(uptime()),
  };
}
