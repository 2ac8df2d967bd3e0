import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { hostJournalDirectory } from "./host-journal";

const ID = "0123456789abcdef0123456789abcdef";
let root: string;
let onDisk: string;
let inMemory: string;

function write(directory: string, writtenSec: number): void {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, "system.journal");
  writeFileSync(file, "");
  utimesSync(file, writtenSec, writtenSec);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "machineroom-journal-"));
  onDisk = `${root}/var/log/journal/${ID}`;
  inMemory = `${root}/run/log/journal/${ID}`;
  mkdirSync(join(root, "etc"));
  writeFileSync(join(root, "etc/machine-id"), `${ID}\n`);
});

afterEach(() => rmSync(root, { recursive: true }));

describe("the host's own journal", () => {
  test("is that on disk, else that in memory", async () => {
    mkdirSync(inMemory, { recursive: true });
    expect(await hostJournalDirectory(root)).toBe(inMemory);
    mkdirSync(onDisk, { recursive: true });
    expect(await hostJournalDirectory(root)).toBe(onDisk);
  });

  test("is the one of the two that is written", async () => {
    write(onDisk, 1000);
    write(inMemory, 2000);
    expect(await hostJournalDirectory(root)).toBe(inMemory);
    write(onDisk, 3000);
    expect(await hostJournalDirectory(root)).toBe(onDisk);
  });

  test("is none where the host has no ID, and the refusal says what to do", async () => {
    rmSync(join(root, "etc/machine-id"));
    const refusal = { code: "PRECONDITION", hint: expect.stringContaining("systemd-machine-id-setup") };
    await expect(hostJournalDirectory(root)).rejects.toMatchObject(refusal);
    writeFileSync(join(root, "etc/machine-id"), "uninitialized\n");
    await expect(hostJournalDirectory(root)).rejects.toMatchObject(refusal);
  });
});
