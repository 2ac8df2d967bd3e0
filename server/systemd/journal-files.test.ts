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
  const directory = tree([good], { [`var/log/journal/${"a".repeat(32)}`]: "/var/log/journal/host" });
  expect(await findJournalFiles(directory, { running: false })).toBe("links");
  expect(await findJournalFiles(tree([], { "var/log/journal": "/var/log/journal" }), { running: false })).toBe("none");
});
