import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";

import { findJournalFiles } from "./journal-files";

const ID = "0123456789abcdef0123456789abcdef";
const roots: string[] = [];

function tree(files: readonly string[], links: Readonly<Record<string, string>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), "machineroom-journal-"));
  roots.push(root);
  for (const path of [...files, ...Object.keys(links)]) mkdirSync(dirname(join(root, path)), { recursive: true });
  for (const path of files) writeFileSync(join(root, path), "");
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(root, path));
  return root;
}

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

test("a tree has a journal where there are files of one", async () => {
  const stopped = (root: string) => findJournalFiles(root, { running: false });
  expect(await stopped(tree([]))).toBe("none");
  expect(await stopped(tree([`var/log/journal/${ID}/notes.txt`, "var/log/journal/other/system.journal"]))).toBe("none");
  expect(await stopped(tree([`var/log/journal/${ID}/system.journal`]))).toBe("there");
  expect(await stopped(tree([`var/log/journal/${ID}/system@1-2.journal~`]))).toBe("there");
});

test("in memory there is one only while it runs", async () => {
  const root = tree([`run/log/journal/${ID}/system.journal`]);
  expect(await findJournalFiles(root, { running: false })).toBe("none");
  expect(await findJournalFiles(root, { running: true })).toBe("there");
});

test("a link that a machine put among its files is not followed", async () => {
  const good = `var/log/journal/${ID}/system.journal`;
  const linked = tree([good], { [`var/log/journal/${ID}/user.journal`]: "/var/log/journal/host/system.journal" });
  expect(await findJournalFiles(linked, { running: false })).toBe("links");
  // In all the ways journalctl takes a machine ID, of upper case or with dashes, and a namespace of one.
  const dashed = "01234567-89ab-cdef-0123-456789abcdef";
  for (const name of ["a".repeat(32), "A".repeat(32), dashed, dashed.toUpperCase(), `${ID}.space`]) {
    const directory = tree([good], { [`var/log/journal/${name}`]: "/var/log/journal/host" });
    expect([name, await findJournalFiles(directory, { running: false })]).toEqual([name, "links"]);
    const inside = tree([good], { [`var/log/journal/${name}/user.journal`]: "/var/log/journal/host/system.journal" });
    expect([name, await findJournalFiles(inside, { running: false })]).toEqual([name, "links"]);
  }
});

test("nor is one on the way to them, whatever the machine has beside", async () => {
  const inMemory = `run/log/journal/${ID}/system.journal`;
  for (const [link, target] of [
    ["var/log/journal", "/var/log/journal"],
    ["var/log", "../../var/log"],
    ["var", "/var"],
  ] as const) {
    const linked = tree([inMemory], { [link]: target });
    expect([link, await findJournalFiles(linked, { running: true })]).toEqual([link, "links"]);
    expect([link, await findJournalFiles(linked, { running: false })]).toEqual([link, "links"]);
  }
  expect(await findJournalFiles(tree([], { run: "/run" }), { running: true })).toBe("links");
});

test("nor is one to what it has of others, which journalctl reads of a machine that runs", async () => {
  const good = `var/log/journal/${ID}/system.journal`;
  for (const [link, target] of [
    ["remote", "/var/log/journal"],
    ["remote/host.journal", "/var/log/journal/host/system.journal"],
    [`remote/${ID}`, "/var/log/journal/host"],
    [`remote/${ID}/system.journal`, "/var/log/journal/host/system.journal"],
  ] as const) {
    const linked = tree([good], { [`var/log/journal/${link}`]: target });
    expect([link, await findJournalFiles(linked, { running: true })]).toEqual([link, "links"]);
    // With --directory= it is a directory of no machine, like any other.
    expect([link, await findJournalFiles(linked, { running: false })]).toEqual([link, "there"]);
  }
  const kept = tree(["var/log/journal/remote/remote-10.0.0.2.journal"]);
  expect(await findJournalFiles(kept, { running: true })).toBe("there");
  expect(await findJournalFiles(kept, { running: false })).toBe("none");
});
