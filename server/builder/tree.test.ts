import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { removeTree } from "./tree";

let directory: string;
let btrfs: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "machineroom-tree-"));
  mkdirSync(join(directory, "precious/usr"), { recursive: true });
  // Says what it was asked to delete.
  btrfs = join(directory, "btrfs");
  writeFileSync(btrfs, `#!/bin/sh\necho "$@" >> ${directory}/asked\n`);
  chmodSync(btrfs, 0o755);
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

it("removes a tree with all that is in it", async () => {
  const tree = join(directory, ".build-one");
  mkdirSync(join(tree, "usr"), { recursive: true });
  symlinkSync(join(directory, "precious"), join(tree, "link"));
  await removeTree(tree, btrfs);
  expect(existsSync(tree)).toBe(false);
  expect(existsSync(join(directory, "precious/usr"))).toBe(true);
});

it("follows no link that stands in the place of a tree", async () => {
  const tree = join(directory, ".build-one");
  symlinkSync(join(directory, "precious"), tree);
  await removeTree(tree, btrfs);
  expect(existsSync(tree)).toBe(false);
  expect(existsSync(join(directory, "asked"))).toBe(false);
  expect(existsSync(join(directory, "precious/usr"))).toBe(true);
});

it("is content where there is nothing", async () => {
  await removeTree(join(directory, ".build-none"), btrfs);
});
