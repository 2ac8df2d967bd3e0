import { readTreeFile } from "./machine-tree";

/** user_namespaces(7): a run of user ids inside, and where it lies outside. */
export interface IdRange {
  inside: number;
  outside: number;
  count: number;
}

/** /proc/PID/uid_map: lines of three numbers, at most 340 of them. */
export function parseUidMap(text: string): IdRange[] {
  return text.split("\n").flatMap((line) => {
    const [inside, outside, count] = line.trim().split(/\s+/).map(Number);
    return inside !== undefined && outside !== undefined && count !== undefined ? [{ inside, outside, count }] : [];
  });
}

/** The user id inside of a host's one; null where the map has none for it. */
export function toInside(map: readonly IdRange[], uid: number): number | null {
  const range = map.find(({ outside, count }) => uid >= outside && uid < outside + count);
  return range ? uid - range.outside + range.inside : null;
}

/** A name that can be shown: another machine's file may hold anything. */
const NAME = /^[^\s:\p{C}]{1,64}$/u;

/** passwd(5). The first entry of an id counts, as for getpwuid(3). */
export function parsePasswd(text: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split("\n")) {
    const [name = "", , id = ""] = line.split(":");
    const uid = Number(id);
    if (NAME.test(name) && /^\d{1,10}$/.test(id) && !names.has(uid)) names.set(uid, name);
  }
  return names;
}

/** The users of a tree by its own /etc/passwd, whatever links it has; none where it has no such file, or too large a one. */
export async function readUserNames(root: string): Promise<Map<number, string>> {
  const file = await readTreeFile(root, "/etc/passwd").catch(() => null);
  return parsePasswd(file?.text ?? "");
}
