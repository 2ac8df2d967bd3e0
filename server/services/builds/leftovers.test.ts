import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

import { newBuildId } from "./build-id";
import { findBuildTrees } from "./leftovers";

it("trees of builds are directories whose name is an id that was made here, nothing else", async () => {
  const pool = mkdtempSync(join(tmpdir(), "machineroom-pool-"));
  try {
    const [tree, link, file] = [newBuildId(), newBuildId(), newBuildId()];
    const others = [
      "arch",
      `.build-${tree}x`,
      ".build-",
      ".build-cache000",
      ".build-zzzzzzzzabcdef",
      `x.build-${tree}`,
    ];
    for (const name of [`.build-${tree}`, ...others]) mkdirSync(join(pool, name));
    symlinkSync(join(pool, "arch"), join(pool, `.build-${link}`));
    writeFileSync(join(pool, `.build-${file}`), "");
    expect(await findBuildTrees(pool)).toEqual([tree]);
    expect(await findBuildTrees(join(pool, "none"))).toEqual([]);
  } finally {
    rmSync(pool, { recursive: true });
  }
});
