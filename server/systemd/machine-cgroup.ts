import { posix } from "node:path";

import { readText } from "./cgroup-accounting";
import type { CgroupMounts } from "./cgroup-mounts";

/** Where the control groups of a machine begin. */
export interface MachineCgroup {
  /** Of the unit it runs in, on the host: what `systemd-cgls -M` shows. */
  root: string;
  /** The machine's own root: below it the names are those of its manager. */
  payload: string;
  /** A systemd runs in there, whose units the groups are. */
  systemd: boolean;
}

/** The group a process is in now, in the hierarchy systemd works with; null where the process is gone. */
export function cgroupOf(mounts: CgroupMounts, pid: number, proc = "/proc"): string | null {
  const text = readText(`${proc}/${pid}/cgroup`);
  return text === null ? null : parseProcessCgroup(text, mounts.unified !== null);
}

/** proc_pid_cgroup: "0::/PATH" of version 2, "9:name=systemd:/PATH" of version 1. */
export function parseProcessCgroup(text: string, unified: boolean): string | null {
  const path = (unified ? /^0::(\/.*)$/m : /^\d+:name=systemd:(\/.*)$/m).exec(text)?.[1];
  // A group that was removed while the process was still in it.
  return path === undefined ? null : path.replace(/ \(deleted\)$/, "");
}

/** Finds a machine's groups by where its leader is. Null where the leader is gone, or is in no group of that unit. */
export function locateMachine(leaderCgroup: string | null, unit: string): MachineCgroup | null {
  const parts = leaderCgroup?.split("/") ?? [];
  const at = parts.findLastIndex((part) => unescapeName(part) === unit);
  if (at === -1) return null;
  const root = parts.slice(0, at + 1).join("/");
  const systemd = parts.at(-1) === "init.scope";
  // systemd makes init.scope in its root at once; what is no systemd stays where it was put.
  if (systemd) return { root, payload: parts.slice(0, -1).join("/"), systemd };
  return { root, payload: parts[at + 1] === "payload" ? `${root}/payload` : root, systemd };
}

/** cg_unescape(): an underscore stands before names that the kernel would take for its own files. */
export function unescapeName(name: string): string {
  return name.startsWith("_") ? name.slice(1) : name;
}

export function isBelow(path: string, above: string): boolean {
  return path.startsWith(`${above}/`);
}

const SLICE = /\.slice$/;
const UNIT = /^[A-Za-z0-9:_.\\@-]+\.(?:service|scope|socket|mount|swap|slice)$/;

/**
 * The unit of the machine's own manager whose group this is, as cg_path_get_unit() finds it: the first in the path that is no slice.
 * What is below that was made by the unit itself, and has none.
 */
export function unitOf(path: string, { root, payload, systemd }: MachineCgroup): string | null {
  if (path === root) return unescapeName(posix.basename(path));
  if (!systemd || !isBelow(path, payload)) return null;
  const parts = path
    .slice(payload.length + 1)
    .split("/")
    .map(unescapeName);
  const name = parts.at(-1) ?? "";
  return UNIT.test(name) && parts.slice(0, -1).every((part) => SLICE.test(part)) ? name : null;
}
