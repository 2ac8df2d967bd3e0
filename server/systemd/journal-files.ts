import type { Dirent } from "node:fs";

import { hasTreeLink, listTreeDirectory } from "./machine-tree";

/** Where journald keeps its files: on disk, and, until that can be written, in memory. */
const ON_DISK = "var/log/journal";
const IN_MEMORY = "run/log/journal";
/** What a machine has taken in of others: `--machine=` reads it beside, `--directory=` does not (add_search_paths() in sd-journal.c). */
const OF_OTHERS = "var/log/journal/remote";
const JOURNAL_FILE = /\.journal~?$/;
/** What journalctl looks into: a directory a machine ID, in either of the ways to write one, or one of a journal namespace of it. */
const MACHINE_DIRECTORY = /^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\..+)?$/i;

export type JournalFiles = "none" | "links" | "there";

/**
 * Whether a tree has journal files. journalctl itself tells "no files" and "no entries" alike, and follows links, as the host's root
 * also with `--machine=`: one that a machine put there, or on the way there, may lead to a file of the host, so a journal with "links"
 * must not be read.
 */
export async function findJournalFiles(root: string, { running }: { running: boolean }): Promise<JournalFiles> {
  let found: JournalFiles = "none";
  for (const place of running ? [ON_DISK, IN_MEMORY, OF_OTHERS] : [ON_DISK]) {
    const files = await findFilesIn(root, place);
    if (files === "links") return files;
    if (files === "there") found = files;
  }
  return found;
}

/** The same of one directory that journalctl begins at (add_root_directory() in sd-journal.c). */
export async function findFilesIn(root: string, place: string): Promise<JournalFiles> {
  const listed = await listTreeDirectory(root, place);
  if (listed === null) return (await hasTreeLink(root, place)) ? "links" : "none";
  const ofMachines = listed.filter((entry) => MACHINE_DIRECTORY.test(entry.name));
  if (ofMachines.some((entry) => entry.isSymbolicLink())) return "links";
  const lists = [listed];
  // One after the other: a machine may have made as many as the host has file descriptors.
  for (const { name } of ofMachines.filter((entry) => entry.isDirectory())) {
    lists.push((await listTreeDirectory(root, `${place}/${name}`)) ?? []);
  }
  return judgeFiles(lists.flat());
}

function judgeFiles(entries: readonly Dirent[]): JournalFiles {
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
