import { randomBytes } from "node:crypto";
import { constants, type Dirent } from "node:fs";
import { type FileHandle, lstat, open, readdir, readlink, rename, rm } from "node:fs/promises";
import { posix } from "node:path";

import { AppError } from "@/lib/errors";

/** open(2): a descriptor that only names the file. Opening a FIFO or a device like this waits for nothing and wakes nothing. */
const O_PATH = 0o10000000;
const MAX_BYTES = 256 * 1024;
const MAX_LINKS = 16;

/** A small text file of a machine's tree, and what has to stay as it is when it is written anew. */
export interface TreeFile {
  text: string;
  mode: number;
  uid: number;
  gid: number;
}

/**
 * A machine's tree belongs to the machine: a link in it must not lead to a file of the host, also not one that is put there while we
 * look. So each component is opened below the one before, as openat(2) does, and the kernel follows no link at all. Where `follow`
 * is set a link is followed here, and what it names is looked for below the root again.
 */
async function openBelow(root: string, path: string, follow: boolean): Promise<FileHandle | null> {
  let left = partsOf(path);
  for (let links = 0; links <= MAX_LINKS; links += 1) {
    const found = await openParts(root, left, follow);
    if (found === null || "handle" in found) return found?.handle ?? null;
    left = found.leadsTo;
  }
  return null;
}

async function openParts(
  root: string,
  parts: readonly string[],
  follow: boolean,
): Promise<{ handle: FileHandle } | { leadsTo: string[] } | null> {
  let at = await openOrNull(root, constants.O_DIRECTORY);
  for (const [index, part] of parts.entries()) {
    if (!at) return null;
    const above: FileHandle = at;
    try {
      const path = `/proc/self/fd/${above.fd}/${part}`;
      at = await openOrNull(path, constants.O_NOFOLLOW);
      if (!at || !follow || !(await at.stat()).isSymbolicLink()) continue;
      await at.close();
      const target = await readlink(path);
      const from = target.startsWith("/") ? [] : parts.slice(0, index);
      return { leadsTo: [...partsOf([...from, target].join("/")), ...parts.slice(index + 1)] };
    } finally {
      await above.close();
    }
  }
  return at && { handle: at };
}

/** A component that is a link itself has been resolved before, so that ".." means what it says; above the root there is nothing. */
function partsOf(path: string): string[] {
  return posix
    .normalize(`/${path}`)
    .split("/")
    .filter((part) => part !== "");
}

async function openOrNull(path: string, flags: number): Promise<FileHandle | null> {
  try {
    return await open(path, O_PATH | flags);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(codeOf(error) ?? "")) return null;
    throw error;
  }
}

/** Null also where the directory is a link. */
async function openDirectory(root: string, path: string): Promise<FileHandle | null> {
  const directory = await openBelow(root, path, false);
  if (!directory || (await directory.stat()).isDirectory()) return directory;
  await directory.close();
  return null;
}

/** Whether a tree has this directory: a disk image has none that the host sees. */
export async function hasTreeDirectory(root: string, path: string): Promise<boolean> {
  const directory = await openDirectory(root, path);
  await directory?.close();
  return directory !== null;
}

/** What a directory of a tree holds, links not followed; null where it has no such directory, or a link in its place. */
export async function listTreeDirectory(root: string, path: string): Promise<Dirent[] | null> {
  const directory = await openDirectory(root, path);
  if (!directory) return null;
  try {
    return await readdir(`/proc/self/fd/${directory.fd}`, { withFileTypes: true });
  } finally {
    await directory.close();
  }
}

/** Whether a link is on the way to a path of a tree, or in its place. */
export async function hasTreeLink(root: string, path: string): Promise<boolean> {
  const parts = partsOf(path);
  for (const index of parts.keys()) {
    const named = await openBelow(root, parts.slice(0, index + 1).join("/"), false);
    if (!named) return false;
    const info = await named.stat().finally(() => named.close());
    if (info.isSymbolicLink()) return true;
  }
  return false;
}

/** When a regular file of a tree was last written, as Date.now() counts, links not followed; null where there is no such file. */
export async function readTreeFileTime(root: string, path: string): Promise<number | null> {
  const named = await openBelow(root, path, false);
  if (!named) return null;
  try {
    const info = await named.stat();
    return info.isFile() ? info.mtimeMs : null;
  } finally {
    await named.close();
  }
}

/** The text of a regular file of a tree, by whatever links in the tree; null where there is none. Errors: INVALID (too large). */
export async function readTreeFile(root: string, path: string, maxBytes = MAX_BYTES): Promise<TreeFile | null> {
  const named = await openBelow(root, path, true);
  if (!named) return null;
  try {
    const info = await named.stat();
    if (!info.isFile()) return null;
    if (info.size > maxBytes) throw new AppError("INVALID", `${path} of the machine is larger than ${maxBytes} bytes.`);
    const file = await open(`/proc/self/fd/${named.fd}`, constants.O_RDONLY);
    try {
      return { text: await file.readFile("utf8"), mode: info.mode & 0o7777, uid: info.uid, gid: info.gid };
    } finally {
      await file.close();
    }
  } finally {
    await named.close();
  }
}

/**
 * Puts another text in the place of a file of a tree, whole or not at all, with the mode and owner it had: under user namespacing
 * root of the machine is another user of the host. Errors: PRECONDITION (read-only), CONFLICT (it is a link, or its directory is).
 */
export async function replaceTreeFile(root: string, path: string, { text, mode, uid, gid }: TreeFile): Promise<void> {
  const directory = await openDirectory(root, posix.dirname(path));
  if (!directory) throw new AppError("CONFLICT", `${posix.dirname(path)} of the machine is no directory of its tree.`);
  const name = posix.basename(path);
  const base = `/proc/self/fd/${directory.fd}`;
  const temporary = `${base}/.${name}.machineroom-${randomBytes(6).toString("hex")}`;
  try {
    if (!(await lstat(`${base}/${name}`)).isFile()) throw new AppError("CONFLICT", `${path} of the machine is a link.`);
    await writeNew(temporary, { text, mode, uid, gid });
    await rename(temporary, `${base}/${name}`);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    if (codeOf(error) === "EROFS" || codeOf(error) === "EPERM") {
      throw new AppError("PRECONDITION", `${path} cannot be written: the machine's tree is read-only.`, {
        cause: error,
      });
    }
    throw error;
  } finally {
    await directory.close();
  }
}

async function writeNew(path: string, { text, mode, uid, gid }: TreeFile): Promise<void> {
  const file = await open(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o600,
  );
  try {
    await file.writeFile(text, "utf8");
    await file.chown(uid, gid);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
