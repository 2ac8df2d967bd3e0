import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

import { goOn, slowArchConfig } from "@/lab/arch-configs";
import type { BuildEvent, BuildLogLine } from "@/lib/build";
import { command } from "../test-machine";
import { cancelBuild, deleteBuild, rerunBuild } from "./change";
import { followBuildLog } from "./follow-log";
import { compareBuilds, getBuild, listBuilds } from "./read";
import { archBuild, createTestHost, expectNothingLeft, inPool, type TestHost, USER } from "./test-host";
import { watchBuilds } from "./watch";

const LINES = 200;
const NAMES = ["life-a", "life-b", "life-c"];
let host: TestHost;
let slow: string;
/** Does not end before it is let go, however long a test takes meanwhile. */
let held: string;

beforeAll(async () => {
  host = await createTestHost({ buildsKept: 4 });
  slow = slowArchConfig(host.dataDir, { lines: LINES, delay: 0.02 });
  held = slowArchConfig(host.dataDir, { lines: LINES, delay: 0.02, heldAfter: [LINES] });
});

afterEach(() => host.remove(...NAMES));

afterAll(async () => {
  await host.close();
});

function slowNumbers(lines: readonly BuildLogLine[]): number[] {
  return lines.flatMap(({ text }) => /^slow line (\d+)$/.exec(text)?.[1] ?? []).map(Number);
}

const COUNT = Array.from({ length: LINES }, (_, index) => index + 1);

describe("a build", () => {
  it("goes on while the api is away, and its log is complete and in order", async () => {
    const id = await host.create(archBuild("life-a", { config: held }));
    await host.logHas(id, "slow line 20");
    await host.restart();
    expect((await getBuild(host.deps, id)).state).toBe("running");
    goOn(id);
    const lines = await host.log(id);
    expect(slowNumbers(lines)).toEqual(COUNT);
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
    expect(await host.ended(id)).toMatchObject({ state: "succeeded", exitCode: 0, error: null });
    expect(inPool("life-a")).toBe(true);
    await expectNothingLeft();
  });

  it("that ends while the api is away is recorded as it ended", async () => {
    const id = await host.create(archBuild("life-a"));
    await host.restart(async () => {
      const result = join(host.dataDir, "builds", id, "result.json");
      await vi.waitFor(() => expect(readFileSync(result, "utf8")).toContain('"ok":true'), { timeout: 60_000 });
    });
    expect(await host.ended(id)).toMatchObject({ state: "succeeded", exitCode: 0 });
    expect((await getBuild(host.deps, id)).packages).toHaveLength(2);
  });

  it("is followed by a reader who comes late, from the line that is asked for", async () => {
    const id = await host.create(archBuild("life-a", { config: slow }));
    await host.logHas(id, "slow line 50");
    const seen: BuildLogLine[] = [];
    for await (const line of followBuildLog(host.deps, { id, from: 10 }, new AbortController().signal)) seen.push(line);
    expect(seen[0]?.seq).toBe(10);
    expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, index) => index + 10));
    expect(slowNumbers(seen).at(-1)).toBe(LINES);
  });

  it("tells its steps, its time and its size while it runs", async () => {
    const id = await host.create(archBuild("life-a", { config: held }));
    const sizes: number[] = [];
    const stop = new AbortController();
    for await (const event of watchBuilds(host.deps, null, stop.signal)) {
      if (event.type !== "upsert" || event.build.id !== id) continue;
      const { state, steps, sizeBytes, startedAt } = event.build;
      if (state === "running" && sizeBytes !== null) {
        sizes.push(sizeBytes);
        expect(steps[1]).toMatchObject({ name: "install", state: "running", finishedAt: null });
        expect(startedAt).not.toBeNull();
        break;
      }
      expect(["queued", "running"]).toContain(state);
    }
    expect(sizes[0]).toBeGreaterThan(0);
    await cancelBuild(host.deps, id);
    await host.ended(id);
  });

  it("is cancelled with its whole process group, and nothing is left", async () => {
    const id = await host.create(archBuild("life-a", { config: held }));
    await host.logHas(id, "slow line 20");
    expect(command("/usr/bin/pgrep", "-fc", `[p]acman -r /var/lib/machines/.build-${id}`).trim()).not.toBe("0");
    const { command: told } = await cancelBuild(host.deps, id);
    expect(told).toBe(`systemctl stop machineroom-build@${id}.service`);
    const build = await host.ended(id);
    expect(build).toMatchObject({ state: "cancelled", error: null, packages: null });
    expect(build.steps.map(({ state }) => state)).toEqual(["succeeded", "failed", "pending", "pending", "pending"]);
    await expectNothingLeft();
    expect(inPool("life-a")).toBe(false);
    expect(() => command("/usr/bin/pgrep", "-f", `[.]build-${id}`)).toThrow();
    await expect(cancelBuild(host.deps, id)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("can be built again, compared, and forgotten", async () => {
    const first = await host.build(archBuild("life-a"));
    await host.remove("life-a");
    const again = await rerunBuild(host.deps, { id: first.id, name: "life-b" }, USER);
    const second = await host.ended(again.id);
    expect(second).toMatchObject({ state: "succeeded", name: "life-b" });
    const third = await host.build(archBuild("life-c", { ignore: [] }));
    expect(await compareBuilds(host.deps, second.id, third.id)).toEqual({
      packages: {
        added: [{ name: "linux", version: "1-1" }],
        removed: [{ name: "no-kernel", version: "1-1" }],
        changed: [],
      },
      options: [
        { option: "name", from: "life-b", to: "life-c" },
        { option: "ignore", from: '["linux"]', to: "[]" },
      ],
    });
    await deleteBuild(host.deps, second.id);
    await expect(getBuild(host.deps, second.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(inPool("life-b")).toBe(true);
  });

  it("needs its password again", async () => {
    const first = await host.build(archBuild("life-a", { rootLogin: { kind: "password", password: "one two three" } }));
    await host.remove("life-a");
    await expect(rerunBuild(host.deps, { id: first.id }, USER)).rejects.toMatchObject({ code: "PRECONDITION" });
    const again = await rerunBuild(host.deps, { id: first.id, password: "four five six" }, USER);
    expect(await host.ended(again.id)).toMatchObject({ state: "succeeded" });
  });
});

describe("the queue", () => {
  it("runs one build at a time, tells each its place, and lets one leave", async () => {
    const events: BuildEvent[] = [];
    const stop = new AbortController();
    const watching = (async () => {
      for await (const event of watchBuilds(host.deps, null, stop.signal)) events.push(event);
    })();
    const [a, b, c] = [
      await host.create(archBuild("life-a", { config: held })),
      await host.create(archBuild("life-b")),
      await host.create(archBuild("life-c")),
    ];
    const positions = () =>
      events
        .flatMap((event) => (event.type === "upsert" && event.build.id === c ? [event.build.queuePosition] : []))
        .filter((place, index, all) => place !== all[index - 1]);
    const places = async () => Promise.all([a, b, c].map(async (id) => (await getBuild(host.deps, id)).queuePosition));
    expect(await places()).toEqual([null, 1, 2]);
    await expect(host.create(archBuild("life-b"))).rejects.toMatchObject({ code: "CONFLICT" });
    // Who is told lags a little, and is spared what is past by then.
    await vi.waitFor(() => expect(positions()).toEqual([2]), 30_000);
    await cancelBuild(host.deps, b);
    expect(await places()).toEqual([null, null, 1]);
    await vi.waitFor(() => expect(positions()).toEqual([2, 1]), 30_000);
    await host.logHas(a, "slow line 1");
    goOn(a);
    await Promise.all([host.ended(a), host.ended(c)]);
    const [first, second] = [await getBuild(host.deps, a), await getBuild(host.deps, c)];
    expect(first.finishedAt && second.startedAt && first.finishedAt <= second.startedAt).toBe(true);
    expect(await getBuild(host.deps, b)).toMatchObject({ state: "cancelled", startedAt: null, commands: [] });
    await vi.waitFor(() => expect(positions()).toEqual([2, 1, null]), 30_000);
    stop.abort();
    await watching;
    await expectNothingLeft();
  });

  it("goes on after a restart of the api", async () => {
    const a = await host.create(archBuild("life-a", { config: held }));
    const b = await host.create(archBuild("life-b", { rootLogin: { kind: "password", password: "kept in memory" } }));
    await host.logHas(a, "slow line 1");
    await host.restart();
    goOn(a);
    expect(await host.ended(a)).toMatchObject({ state: "succeeded" });
    expect(await host.ended(b)).toMatchObject({ state: "succeeded" });
  });

  it("runs more at once where that is configured", async () => {
    const wide = await createTestHost({ buildsAtOnce: 2 });
    try {
      const ids = [
        await wide.create(archBuild("life-a", { config: held })),
        await wide.create(archBuild("life-b", { config: held })),
      ];
      const states = await Promise.all(ids.map(async (id) => (await getBuild(wide.deps, id)).state));
      expect(states).toEqual(["running", "running"]);
      for (const id of ids) await cancelBuild(wide.deps, id);
      for (const id of ids) expect((await wide.ended(id)).state).toBe("cancelled");
    } finally {
      await wide.close();
    }
  });
});

describe("retention", () => {
  it("keeps the newest records and logs, and no files without a record", async () => {
    // The oldest go when the newest has ended, a moment after.
    const kept = await vi.waitFor(async () => {
      const builds = await listBuilds(host.deps, { limit: 200 });
      expect(builds).toHaveLength(4);
      return builds;
    }, 30_000);
    const directories = () => command("/usr/bin/ls", join(host.dataDir, "builds")).trim().split("\n").sort();
    await vi.waitFor(() => expect(directories()).toEqual(kept.map(({ id }) => id).sort()), 30_000);
    const orphan = join(host.dataDir, "builds", "orphan0000");
    command("/usr/bin/mkdir", orphan);
    writeFileSync(join(orphan, "spec.json"), "{}");
    await host.restart();
    expect(directories()).toEqual(kept.map(({ id }) => id).sort());
    rmSync(orphan, { recursive: true, force: true });
  });
});
