import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { slowArchConfig } from "@/lab/arch-configs";
import { POOL } from "@/lib/build-commands";
import { command } from "../test-machine";
import { newBuildId } from "./build-id";
import { cancelBuild } from "./change";
import { archBuild, createTestHost, expectNothingLeft, inPool, type TestHost } from "./test-host";

let host: TestHost;

beforeAll(async () => {
  host = await createTestHost();
});

afterAll(() => host.close());

function makeTree(): string {
  const name = `.build-${newBuildId()}`;
  mkdirSync(join(POOL, name, "usr"), { recursive: true });
  return name;
}

it("at its start the api removes the trees that builds left, and nothing else", async () => {
  const id = await host.create(
    archBuild("leftover", { config: slowArchConfig(host.dataDir, { lines: 3000, delay: 0.02 }) }),
  );
  await host.logHas(id, "slow line 5");
  const link = `.build-${newBuildId()}`;
  const theirs = ".build-of-theirs";
  const [first, second] = [makeTree(), makeTree()];
  command("/usr/bin/btrfs", "subvolume", "create", join(POOL, second, "nested"));
  mkdirSync(join(POOL, theirs));
  symlinkSync(join(POOL, theirs), join(POOL, link));
  // Another api in the same pool, which knows nothing of the running build.
  const other = await createTestHost();
  try {
    await vi.waitFor(() => expect([first, second].filter(inPool)).toEqual([]), { timeout: 30_000 });
    expect([`.build-${id}`, theirs, link].filter(inPool)).toHaveLength(3);
  } finally {
    await other.close();
    rmSync(join(POOL, link), { force: true });
    rmSync(join(POOL, theirs), { recursive: true, force: true });
    await cancelBuild(host.deps, id);
    await host.ended(id);
  }
  await expectNothingLeft();
});

it("a builder that is killed leaves no tree, though its order is gone", async () => {
  const id = await host.create(
    archBuild("leftover", { config: slowArchConfig(host.dataDir, { lines: 3000, delay: 0.02 }) }),
  );
  await host.logHas(id, "slow line 5");
  const { spec } = host.deps.builds.files(id);
  renameSync(spec, `${spec}.away`);
  command("/usr/bin/systemctl", "kill", "--signal=KILL", `machineroom-build@${id}.service`);
  expect(await host.ended(id)).toMatchObject({ state: "lost" });
  await expectNothingLeft();
  expect(existsSync(join(POOL, "leftover"))).toBe(false);
});
