import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

import { hostJournalDirectory } from "./host-journal";

test("the host's own journal is that on disk, else that in memory", () => {
  const root = mkdtempSync(join(tmpdir(), "machineroom-journal-"));
  try {
    mkdirSync(join(root, "etc"));
    writeFileSync(join(root, "etc/machine-id"), "0123456789abcdef0123456789abcdef\n");
    expect(hostJournalDirectory(root)).toBe(`${root}/run/log/journal/0123456789abcdef0123456789abcdef`);
    mkdirSync(join(root, "var/log/journal/0123456789abcdef0123456789abcdef"), { recursive: true });
    expect(hostJournalDirectory(root)).toBe(`${root}/var/log/journal/0123456789abcdef0123456789abcdef`);
  } finally {
    rmSync(root, { recursive: true });
  }
});
