import { existsSync } from "node:fs";
import { lstat, mkdir, readFile, realpath, rename, rm, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";

import { AppError } from "@/lib/errors";
import { run } from "@/server/systemd/process";

/** More than the last lines of a log and a result take. */
const PROBE_BYTES = 64 * 1024;

/**
 * Writes a file of the tree. A link that a package left there is replaced, never followed: it would point into the host.
 * Errors: PRECONDITION where the directory itself lies outside.
 */
export async function writeInTree(tree: string, path: string, text: string, mode = 0o644): Promise<void> {
  const full = join(tree, path);
  const directory = dirname(full);
  if (!existsSync(directory)) await mkdir(directory, { recursive: true, mode: 0o755 });
  if (!`${await realpath(directory)}/`.startsWith(`${tree}/`)) {
    throw new AppError("PRECONDITION", `${dirname(path)} of the new tree leads out of it.`);
  }
  const temporary = join(directory, `.machineroom-${process.pid}`);
  await writeFile(temporary, text, { mode, flag: "wx" });
  await rename(temporary, full);
}

/** Bytes the tree takes on disk, null where du could not tell. */
export async function measureTree(tree: string): Promise<number | null> {
  const result = await run(["/usr/bin/du", "-sx", "--block-size=1", tree], { timeoutMs: 60_000 }).catch(() => null);
  const size = Number(/^\d+/.exec(String(result?.stdout))?.[0] ?? Number.NaN);
  return Number.isSafeInteger(size) ? size : null;
}

/**
 * Removes a build's tree: first what is mounted below it, then the tree. Never removes anything while something is mounted
 * there (a bind of the host's /dev, say). A link in its place is removed itself. Errors: CONFLICT while it cannot be unmounted.
 */
export async function removeTree(tree: string, btrfs: string | null): Promise<void> {
  const found = await lstat(tree).catch(() => null);
  if (found === null) return;
  if (!found.isDirectory()) return unlink(tree);
  for (const mount of (await mountsBelow(tree)).reverse()) {
    await run(["/usr/bin/umount", "--lazy", "--", mount], { timeoutMs: 10_000 });
  }
  if ((await mountsBelow(tree)).length > 0) {
    throw new AppError("CONFLICT", `Something is still mounted below ${tree}.`, {
      hint: "Unmount it, then remove the directory.",
    });
  }
  // Committed at once: btrfs gives the room back in the background, and begins with that.
  const remove = ["subvolume", "delete", "--commit-after", tree];
  if (btrfs) await run([btrfs, ...remove], { timeoutMs: 60_000 }).catch(() => undefined);
  await rm(tree, { recursive: true, force: true, maxRetries: 3 });
}

/** Waits until btrfs has given back the room of the removed tree, where the disk of `directory` is too full to write there. */
export async function waitForRoom(directory: string, tree: string, btrfs: string | null): Promise<void> {
  const probe = join(directory, `.room-${process.pid}`);
  try {
    await writeFile(probe, Buffer.alloc(PROBE_BYTES));
  } catch {
    if (btrfs) await run([btrfs, "subvolume", "sync", dirname(tree)], { timeoutMs: 60_000 }).catch(() => undefined);
  } finally {
    await rm(probe, { force: true });
  }
}

/** Mount points below a directory, in the order they were mounted. */
async function mountsBelow(directory: string): Promise<string[]> {
  const text = z.string().parse(await readFile("/proc/self/mountinfo", "utf8"));
  return text
    .split("\n")
    .map((line) =>
      (line.split(" ")[4] ?? "").replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
    )
    .filter((path) => path.startsWith(`${directory}/`));
}
