import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { AppError } from "@/lib/errors";
import { hasTreeDirectory, readTreeFile, replaceTreeFile } from "./machine-tree";

let outside: string;
let root: string;

beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), "machineroom-tree-"));
  root = join(outside, "tree");
  mkdirSync(join(root, "etc"), { recursive: true });
  mkdirSync(join(outside, "etc"));
  writeFileSync(join(outside, "etc/list"), "the host's\n");
});

afterEach(() => rmSync(outside, { recursive: true, force: true }));

describe("reading", () => {
  test.each<[string, () => void, string | null]>([
    ["a file", () => writeFileSync(join(root, "etc/list"), "own\n"), "own\n"],
    ["no file", () => undefined, null],
    ["a directory", () => mkdirSync(join(root, "etc/list")), null],
    ["a link up and out", () => symlinkSync("../../etc/list", join(root, "etc/list")), null],
    [
      "an absolute link to a file of the host",
      () => symlinkSync(join(outside, "etc/list"), join(root, "etc/list")),
      null,
    ],
    ["a link to itself", () => symlinkSync("list", join(root, "etc/list")), null],
    ["a FIFO, which would wait for ever", () => void execFileSync("/usr/bin/mkfifo", [join(root, "etc/list")]), null],
  ])("%s", async (_name, make, text) => {
    make();
    expect((await readTreeFile(root, "/etc/list"))?.text ?? null).toBe(text);
  });

  test("a link to another file of the tree, absolute and relative, is followed inside the tree", async () => {
    mkdirSync(join(root, "usr/lib"), { recursive: true });
    writeFileSync(join(root, "usr/lib/list"), "own\n");
    symlinkSync("/usr/lib/list", join(root, "etc/absolute"));
    symlinkSync("../usr/lib/list", join(root, "etc/relative"));
    for (const name of ["absolute", "relative"]) expect((await readTreeFile(root, `/etc/${name}`))?.text).toBe("own\n");
  });

  test("a directory that is a link out of the tree leads nowhere", async () => {
    rmSync(join(root, "etc"), { recursive: true });
    symlinkSync("../etc", join(root, "etc"));
    expect(await readTreeFile(root, "/etc/list")).toBeNull();
    expect(await hasTreeDirectory(root, "/etc")).toBe(false);
  });

  test("a disk image has no directories", async () => {
    expect(await hasTreeDirectory(join(outside, "etc/list"), "/etc")).toBe(false);
    expect(await hasTreeDirectory(root, "/etc")).toBe(true);
  });
});

describe("replacing", () => {
  test("keeps mode and owner, and leaves nothing beside the file", async () => {
    const path = join(root, "etc/list");
    writeFileSync(path, "old\n");
    chmodSync(path, 0o640);
    const old = await readTreeFile(root, "/etc/list");
    if (!old) throw new Error("it was not read");
    await replaceTreeFile(root, "/etc/list", { ...old, text: "new\n" });
    expect(readFileSync(path, "utf8")).toBe("new\n");
    expect(statSync(path)).toMatchObject({ uid: old.uid, gid: old.gid });
    expect(statSync(path).mode & 0o7777).toBe(0o640);
    expect(readdirSync(join(root, "etc"))).toEqual(["list"]);
  });

  test.each<[string, () => void]>([
    ["a link", () => symlinkSync(join(outside, "etc/list"), join(root, "etc/list"))],
    [
      "a directory that is a link",
      () => {
        rmSync(join(root, "etc"), { recursive: true });
        symlinkSync("../etc", join(root, "etc"));
      },
    ],
  ])("refuses %s, and the host's file stays", async (_name, make) => {
    make();
    const file = { text: "new\n", mode: 0o644, uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    const error: unknown = await replaceTreeFile(root, "/etc/list", file).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AppError);
    expect(readFileSync(join(outside, "etc/list"), "utf8")).toBe("the host's\n");
    expect(readdirSync(join(outside, "etc"))).toEqual(["list"]);
  });
});
