import type { Dirent } from "node:fs";

import { hasTreeLink, listTreeDirectory } from "./machine-tree";

/** Where journald keeps its files: on disk, and, until that can be written, in memory. */
const ON_DISK = "var/log/journal";
const IN_MEMORY = "run/log/journal";
const JOURNAL_FILE = /\.journal~?$/;
/** What journalctl looks into: a directory a machine ID, in either of the ways to write one, or one of a journal namespace of it. */
const MACHINE_DIRECTORY = /^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\..+)?$/i;

/**
 * Whether a tree has journal files. journalctl itself tells "no files" and "no entries" alike, and follows links, as the host's root
 * also with `--machine=`: one that a machine put there, or on the way there, may lead to a file of the host, so a journal with "links"
 * must not be read.
 */
export async function findJournalFiles(root: string, { running }: { running: boolean }): Promise<JournalFiles> {
  let found: JournalFiles = "none";
  for (const place of running ? [ON_DISK, IN_MEMORY] : [ON_DISK]) {
    const listed = await listTreeDirectory(root, place);
    if (listed === null && (await hasTreeLink(root, place))) return "links";
    const entries = listed ?? [];
    const directories = entries.filter((entry) => entry.isDirectory() && MACHINE_DIRECTORY.test(entry.name));
    const linked = entries.some((entry) => entry.isSymbolicLink() && MACHINE_DIRECTORY.test(entry.name));
    if (linked) return "links";
    const lists = [entries];
    // One after the other: a machine may have made as many as the host has file descriptors.
    for (const { name } of directories) lists.push((await listTreeDirectory(root, `${place}/${name}`)) ?? []);
    const files = judgeFiles(lists.flat());
    if (files === "links") return files;
    if (files === "there") found = files;
  }
  return found;
}

export type JournalFiles = "none" | "links" | "there";

/** Of what directories of a journal hold. */
export function judgeFiles(entries: readonly Dirent[]): JournalFiles {
  const files = entries.filter(({ name }) => JOURNAL_FILE.test(name));
  if (files.some((file) => !file.isFile())) return "links";
  return files.length > 0 ? "there" : "none";
}

/** The directory journalctl reads of a tree that does not run. */
export function journalDirectory(root: string): string {
  return `${root}/${ON_DISK}`;
}

/** The tree of a machine that runs, as its leader sees it. */
export function leaderRoot(leaderPid: number): string {
  return `/proc/${leaderPid}/root`;
}
