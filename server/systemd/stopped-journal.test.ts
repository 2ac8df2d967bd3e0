import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { findStoppedJournal, type JournalHost } from "./stopped-journal";

const [ID, HOST_ID] = ["a".repeat(32), "b".repeat(32)];
let root: string;
let tree: string;
let host: JournalHost;

function put(path: string, text = "", writtenSec = 1000): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  utimesSync(join(root, path), writtenSec, writtenSec);
}

const find = () => findStoppedJournal(tree, host);
const ofTree = { files: "there", directory: expect.stringMatching(/tree\/var\/log\/journal$/) };
const ofHost = { files: "there", directory: expect.stringMatching(`host/var/log/journal/${ID}$`) };
const none = { ...ofTree, files: "none" };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "machineroom-stopped-"));
  tree = join(root, "tree");
  host = { root: join(root, "host"), journals: join(root, "host/var/log/journal") };
  put("tree/etc/machine-id", `${ID}\n`);
  put("host/etc/machine-id", `${HOST_ID}\n`);
  put(`host/var/log/journal/${HOST_ID}/system.journal`);
});

afterEach(() => rmSync(root, { recursive: true }));

describe("the journal of a machine that is stopped", () => {
  test("is in its tree, or on the host under its ID", async () => {
    expect(await find()).toEqual(none);
    put(`host/var/log/journal/${ID}/system.journal`);
    expect(await find()).toEqual(ofHost);
    rmSync(host.journals, { recursive: true });
    put(`tree/var/log/journal/${ID}/system.journal`);
    expect(await find()).toEqual(ofTree);
  });

  test("is the one of the two that was written last", async () => {
    put(`tree/var/log/journal/${ID}/system.journal`, "", 1000);
    put(`host/var/log/journal/${ID}/system.journal`, "", 2000);
    expect(await find()).toEqual(ofHost);
    put(`tree/var/log/journal/${ID}/system.journal`, "", 3000);
    expect(await find()).toEqual(ofTree);
  });

  test("is never the host's own, also where it is not known which that is", async () => {
    for (const id of [
      HOST_ID,
      HOST_ID.toUpperCase(),
      `../journal/${HOST_ID}`,
      "",
      "uninitialized",
      "x".repeat(300_000),
    ]) {
      put("tree/etc/machine-id", id);
      expect(await find()).toEqual(none);
    }
    put("tree/etc/machine-id", HOST_ID);
    put("host/etc/machine-id", `${HOST_ID.toUpperCase()}\n`);
    expect(await find()).toEqual(none);
    rmSync(join(host.root, "etc/machine-id"));
    expect(await find()).toEqual(none);
  });

  test("is not looked for behind a link", async () => {
    symlinkSync(HOST_ID, join(host.journals, ID));
    expect(await find()).toEqual(none);
    rmSync(join(host.journals, ID));
    put(`host/var/log/journal/${ID}/system.journal`);
    // The machine had this directory for its own.
    symlinkSync(`../${HOST_ID}/system.journal`, join(host.journals, ID, "user.journal"));
    expect(await find()).toEqual({ ...ofHost, files: "links" });
    put(`tree/var/log/journal/${ID}/system.journal`, "", 3000);
    expect(await find()).toEqual({ ...ofHost, files: "links" });
  });

  test("is not read where a directory of another machine's is linked into it: journalctl looks into each", async () => {
    put(`host/var/log/journal/${ID}/system.journal`);
    const inside = join(host.journals, ID, "c".repeat(32));
    symlinkSync(`../${HOST_ID}`, inside);
    expect(await find()).toEqual({ ...ofHost, files: "links" });
    rmSync(inside);
    mkdirSync(inside);
    symlinkSync(`../../${HOST_ID}/system.journal`, join(inside, "system.journal"));
    expect(await find()).toEqual({ ...ofHost, files: "links" });
  });

  test("is told by an ID that is a link in the tree, but none that leads out of it", async () => {
    put(`host/var/log/journal/${ID}/system.journal`);
    put("tree/etc/id", ID);
    put("secret", ID);
    rmSync(join(tree, "etc/machine-id"));
    symlinkSync("/etc/id", join(tree, "etc/machine-id"));
    expect(await find()).toEqual(ofHost);
    rmSync(join(tree, "etc/machine-id"));
    symlinkSync(join(root, "secret"), join(tree, "etc/machine-id"));
    expect(await find()).toEqual(none);
  });
});
