import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { buildTree } from "@/lib/build-commands";

/** The fixtures' pacman.conf: a repository of this host, nothing signed. */
export const ARCH_CONFIG = "/srv/fixtures/arch/pacman.conf";

/** A pacman.conf in `directory` that is the fixtures' with other options; returns its path. */
export function archConfig(directory: string, name: string, change: (text: string) => string): string {
  const path = join(directory, `${name}.conf`);
  writeFileSync(path, change(readFileSync(ARCH_CONFIG, "utf8")));
  return path;
}

/** In the tree that is built: a build that is held goes on when this file is there, and takes it away. */
const GO_ON = "go-on";

interface SlowInstall {
  lines: number;
  delay: number;
  /** After these lines it waits for goOn(). */
  heldAfter?: readonly number[];
}

/**
 * A real pacstrap that takes as long as a test needs: the installation ends with a hook that prints "slow line N" for N from
 * 1 to `lines`, with `delay` seconds between them.
 */
export function slowArchConfig(directory: string, { lines, delay, heldAfter = [] }: SlowInstall): string {
  // Of its own name: a test that wants another one must not change what others use.
  const name = ["slow", lines, delay, ...heldAfter].join("-");
  const hooks = join(directory, `${name}-hooks`);
  mkdirSync(hooks, { recursive: true });
  const wait = `until [ -e /${GO_ON} ]; do sleep 0.02; done; rm /${GO_ON}`;
  const hold = heldAfter.length > 0 ? `case $i in ${heldAfter.join("|")}) ${wait};; esac; ` : "";
  const script = `i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo "slow line $i"; ${hold}sleep ${delay}; done`;
  const hook = [
    "[Trigger]\nOperation = Install\nType = Package\nTarget = base\n",
    `[Action]\nDescription = A slow hook\nWhen = PostTransaction\nExec = /bin/sh -c '${script}'\n`,
  ];
  writeFileSync(join(hooks, "slow.hook"), hook.join("\n"));
  return archConfig(directory, name, (text) => text.replace("[options]\n", `[options]\nHookDir = ${hooks}/\n`));
}

/** The file that lets a held build go on. */
export function goOnFile(id: string): string {
  return join(buildTree(id), GO_ON);
}

/** Lets a build whose configuration holds it go on. */
export function goOn(id: string): void {
  writeFileSync(goOnFile(id), "");
}
