import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

import { parsePasswd, parseUidMap, readUserNames, toInside } from "./user-names";

test("a host's user id is found inside, where the map has it", () => {
  const map = parseUidMap("         0 1627586560      65536\n     65536       1000          1\n");
  expect(toInside(map, 1_627_586_560)).toBe(0);
  expect(toInside(map, 1_627_586_560 + 100)).toBe(100);
  expect(toInside(map, 1000)).toBe(65_536);
  expect(toInside(map, 0)).toBeNull();
  expect(toInside(parseUidMap("0 0 4294967295\n"), 33)).toBe(33);
  expect(toInside(parseUidMap(""), 0)).toBeNull();
});

test("names that cannot be shown are not taken, and the first of an id counts", () => {
  const text = ["root:x:0:0:root:/root:/bin/bash", "toor:x:0:0::/:", "bad name:x:1:1::/:", "\u001b[2J:x:2:2::/:"];
  const names = parsePasswd([...text, "nobody:x:65534:65534::/:", "half:x", `${"x".repeat(65)}:x:3:3::/:`].join("\n"));
  expect([...names]).toEqual([
    [0, "root"],
    [65_534, "nobody"],
  ]);
});

test("a tree's users are read through its own links only", async () => {
  const root = mkdtempSync(join(tmpdir(), "machineroom-users-"));
  try {
    mkdirSync(join(root, "etc"));
    mkdirSync(join(root, "usr"));
    symlinkSync("/usr/passwd", join(root, "etc/passwd"));
    expect((await readUserNames(root)).size).toBe(0);
    writeFileSync(join(root, "usr/passwd"), "ada:x:1000:1000::/:\n");
    expect((await readUserNames(root)).get(1000)).toBe("ada");
    writeFileSync(join(root, "usr/passwd"), `ada:x:1000:1000::/:\n${"#".repeat(300_000)}`);
    expect((await readUserNames(root)).size).toBe(0);
  } finally {
    rmSync(root, { recursive: true });
  }
});
