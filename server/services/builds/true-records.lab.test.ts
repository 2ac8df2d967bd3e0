import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { command } from "../test-machine";
import { cancelBuild } from "./change";
import { archBuild, createTestHost, expectNothingLeft, inPool, type TestHost } from "./test-host";

const NAME = "true-record";
let host: TestHost;

beforeAll(async () => {
  host = await createTestHost();
});

afterEach(() => host.remove(NAME));

afterAll(() => host.close());

/** While `work` goes on, a shell script stands in for a tool of the host, which itself is at `<path>.away`. */
async function withStandIn(path: string, script: string, work: () => Promise<void>): Promise<void> {
  renameSync(path, `${path}.away`);
  try {
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    await work();
  } finally {
    renameSync(`${path}.away`, path);
  }
}

describe("a build whose machine stands in its place", () => {
  it("has succeeded, though it was cancelled before mv had ended", async () => {
    await withStandIn("/usr/bin/mv", '/usr/bin/mv.away "$@"; sleep 60', async () => {
      const id = await host.create(archBuild(NAME));
      await vi.waitFor(() => expect(inPool(NAME)).toBe(true), { timeout: 60_000, interval: 20 });
      await cancelBuild(host.deps, id);
      const build = await host.ended(id);
      expect(build).toMatchObject({ state: "succeeded", error: null, exitCode: 0 });
      expect(build.packages).toHaveLength(2);
      expect(build.steps.map(({ state }) => state)).toEqual(Array(5).fill("succeeded"));
      expect(inPool(NAME)).toBe(true);
    });
    await expectNothingLeft();
  });

  it("has succeeded, though the disk of the records was full at that moment", async () => {
    const disk = mkdtempSync("/run/machineroom-small-");
    const filler = `${disk}/filler`;
    command("/usr/bin/mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk);
    const small = await createTestHost({ disk });
    try {
      // The builder has btrfs give back room before it writes the result once more.
      const freed = `case "$2" in sync) rm -f ${filler};; esac; exec /usr/bin/btrfs.away "$@"`;
      const filled = `/usr/bin/mv.away "$@" && cat /dev/zero > ${filler} 2>/dev/null; exit 0`;
      await withStandIn("/usr/bin/btrfs", freed, () =>
        withStandIn("/usr/bin/mv", filled, async () => {
          const build = await small.build(archBuild(NAME));
          expect(build).toMatchObject({ state: "succeeded", error: null, exitCode: 0 });
          expect(build.packages).toHaveLength(2);
          expect(inPool(NAME)).toBe(true);
        }),
      );
    } finally {
      await small.close();
      command("/usr/bin/umount", disk);
      rmSync(disk, { recursive: true });
    }
    await expectNothingLeft();
  });
});
