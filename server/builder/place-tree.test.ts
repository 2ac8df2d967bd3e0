import { mkdirSync, mkdtempSync, renameSync, rmdirSync, rmSync, type Stats, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

import { run } from "@/server/systemd/process";
import { putInPlace } from "./place-tree";

let directory: string;
let tree: string;
let target: string;
let before: Stats;
let build: AbortController;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "machineroom-place-"));
  [tree, target] = [join(directory, ".build-one"), join(directory, "one")];
  mkdirSync(tree);
  before = statSync(tree);
  build = new AbortController();
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const put = (move: () => Promise<void>) => putInPlace({ target }, before, build.signal, move);

/** What the step runs; it ends with success also where it moved nothing, as older ones do by themselves. */
async function mv(): Promise<void> {
  const argv = ["/usr/bin/mv", "--no-clobber", "--no-target-directory", tree, target];
  await run(argv, { timeoutMs: 5000 }).catch(() => undefined);
}

it("is content when the tree is where it belongs", async () => {
  await put(mv);
  expect(statSync(target).ino).toBe(before.ino);
});

it("is content when the tree was moved and mv ended badly all the same", async () => {
  await put(async () => {
    renameSync(tree, target);
    build.abort();
    throw new Error("mv was killed by a signal.");
  });
});

it("refuses where something else has the name", async () => {
  mkdirSync(target);
  await expect(put(mv)).rejects.toMatchObject({ code: "CONFLICT", reason: "name-taken" });
});

it("claims no success where something else had the name only while mv ran", async () => {
  await expect(
    put(async () => {
      mkdirSync(target);
      await mv();
      rmdirSync(target);
    }),
  ).rejects.toMatchObject({ code: "CONFLICT" });
});

it("tells what the move said, and that the build was ended", async () => {
  const failing = async () => {
    throw new Error("No space left");
  };
  await expect(put(failing)).rejects.toThrow("No space left");
  build.abort(new Error("cancelled"));
  await expect(put(failing)).rejects.toThrow("cancelled");
});
