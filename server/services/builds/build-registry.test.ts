import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DBusError } from "dbus-next";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { BuildOptions, BuildResult } from "@/lib/build";
import { AppError } from "@/lib/errors";
import { readConfig } from "@/server/config";
import { createTestDatabase, type TestDatabase } from "@/server/db/test-database";
import { translateDbusError } from "@/server/systemd/dbus-errors";
import type { HostSystem } from "@/server/systemd/host-system";
import type { LoadedUnit } from "@/server/systemd/manager";
import type { World } from "../world/world";
import { type BuildRegistry, createBuildRegistry } from "./build-registry";
import { buildOfUnit } from "./build-unit";

/** Ids of the builds whose tree is in the pool. */
const trees = new Set<string>();
vi.mock("./leftovers", () => ({ findBuildTrees: async () => [...trees] }));

/** Just enough of a host to say how each call ends; everything against the real one is in the lab tests. */
class FakeHost {
  /** Builds whose unit is there. */
  readonly alive = new Set<string>();
  readonly started: string[] = [];
  readonly cleaned: string[] = [];
  readonly startTransientService = vi.fn(async ({ unit }: { unit: string }) => {
    const id = buildOfUnit(unit);
    if (id === null) this.cleaned.push(unit);
    else this.begin(id);
    return "/job";
  });
  readonly stop = vi.fn(async (_unit: string) => "/job");
  readonly listUnits = vi.fn(async ([unit = ""]: string[]): Promise<LoadedUnit[]> => {
    const state = { loadState: "loaded", activeState: "active", subState: "running", job: null, path: "/unit" };
    return this.alive.has(buildOfUnit(unit) ?? "") ? [{ unit, ...state }] : [];
  });
  #told: (signal: object) => void = () => {};

  begin(id: string): void {
    this.started.push(id);
    this.alive.add(id);
  }

  get system(): HostSystem {
    return {
      bus: {
        connected: true,
        onSignal: (listener: (signal: object) => void) => {
          this.#told = listener;
          return () => {};
        },
        onState: () => () => {},
        match: async () => {},
      },
      manager: { startTransientService: this.startTransientService, stop: this.stop, listUnits: this.listUnits },
    } as unknown as HostSystem;
  }

  /** The unit of a build is gone. */
  end(id: string): void {
    this.alive.delete(id);
    this.#told({ member: "UnitRemoved", body: [`machineroom-build@${id}.service`] });
  }
}

const [FIRST, SECOND] = ["first00000", "second0000"] as const;
let host: FakeHost;
let database: TestDatabase;
let directory: string;
let registry: BuildRegistry;

beforeEach(async () => {
  trees.clear();
  host = new FakeHost();
  database = await createTestDatabase();
  directory = mkdtempSync(join(tmpdir(), "machineroom-builds-"));
  registry = createRegistry();
  await registry.start();
});

afterEach(async () => {
  await registry.close();
  await database.remove();
  rmSync(directory, { recursive: true, force: true });
});

function createRegistry(environment: Record<string, string> = { MACHINEROOM_BUILDS_AT_ONCE: "2" }): BuildRegistry {
  return createBuildRegistry({
    system: host.system,
    db: database.db,
    log: pino({ level: "silent" }),
    world: { refresh: async () => {} } as unknown as World,
    dataDir: directory,
    runtimeDir: join(directory, "run"),
    buildsAtOnce: readConfig({ NODE_ENV: "test", ...environment }).buildsAtOnce,
    buildsKept: 10,
  });
}

async function add(id: string): Promise<void> {
  const options: BuildOptions = { name: `machine-${id}`, recipe: "arch", rootLogin: { kind: "none" } };
  await registry.add({ id, options, password: null, startedBy: "ada@example.com" });
}

function rowOf(id: string) {
  return database.db.build.findUniqueOrThrow({ where: { id } });
}

async function waitForState(id: string, state: string): Promise<void> {
  await vi.waitFor(async () => expect((await rowOf(id)).state).toBe(state), { timeout: 10_000, interval: 10 });
}

/** What the builder leaves at its end. */
function leaveResult(id: string, result: Partial<BuildResult>): void {
  const base = { stopped: false, exitCode: 0, sizeBytes: 1, packages: null, error: null };
  writeFileSync(
    registry.files(id).result,
    JSON.stringify({ ok: true, finishedAt: new Date().toISOString(), ...base, ...result }),
  );
}

it.each([
  ["one at a time, unless told otherwise", {}, [FIRST]],
  ["as many at once as MACHINEROOM_BUILDS_AT_ONCE says", { MACHINEROOM_BUILDS_AT_ONCE: "2" }, [FIRST, SECOND]],
])("builds are started %s", async (_how, environment, started) => {
  await registry.close();
  registry = createRegistry(environment);
  await registry.start();
  for (const id of [FIRST, SECOND, "third00000"]) await add(id);
  expect(host.started).toEqual(started);
});

describe("when a build cannot be looked at", () => {
  it("the others are, and it is looked at again without any signal", async () => {
    await add(FIRST);
    await add(SECOND);
    for (const id of [FIRST, SECOND]) leaveResult(id, {});
    const answer = host.listUnits.getMockImplementation() ?? (async () => []);
    host.listUnits.mockImplementation(async (patterns) => {
      if (buildOfUnit(patterns[0] ?? "") === FIRST) throw new Error("no answer");
      return answer(patterns);
    });
    host.alive.clear();
    host.end(SECOND);
    await waitForState(SECOND, "succeeded");
    expect((await rowOf(FIRST)).state).toBe("running");
    host.listUnits.mockImplementation(answer);
    await waitForState(FIRST, "succeeded");
  });
});

describe("where the start of a unit is not answered", () => {
  const silence = () => new AppError("TIMEOUT", "StartTransientUnit did not answer in time.");

  it("the build goes on whose unit began all the same", async () => {
    host.startTransientService.mockImplementationOnce(async () => {
      host.begin(FIRST);
      throw silence();
    });
    await add(FIRST);
    expect((await rowOf(FIRST)).state).toBe("running");
    leaveResult(FIRST, {});
    host.end(FIRST);
    await waitForState(FIRST, "succeeded");
    expect(host.started).toEqual([FIRST]);
  });

  it("the build is started again whose unit did not begin", async () => {
    host.startTransientService.mockRejectedValueOnce(silence());
    await add(FIRST);
    await vi.waitFor(() => expect(host.started).toEqual([FIRST]), { timeout: 10_000 });
    expect((await rowOf(FIRST)).state).toBe("running");
  });

  it("one that is cancelled before it could be looked for is not started any more", async () => {
    host.startTransientService.mockRejectedValueOnce(silence());
    host.stop.mockRejectedValueOnce(new AppError("NOT_FOUND", "Unit not loaded."));
    await add(FIRST);
    await registry.cancel(FIRST);
    await waitForState(FIRST, "cancelled");
    expect(host.started).toEqual([]);
  });

  it("and systemd knows the unit already, it is the build's own", async () => {
    const exists = new DBusError("org.freedesktop.systemd1.UnitExists", "Unit was already loaded.");
    host.startTransientService.mockImplementationOnce(async () => {
      host.begin(FIRST);
      throw translateDbusError(exists, "StartTransientUnit");
    });
    await add(FIRST);
    expect(await rowOf(FIRST)).toMatchObject({ state: "running", errorMessage: null });
  });

  it("a refusal is told at once", async () => {
    host.startTransientService.mockRejectedValueOnce(new AppError("FORBIDDEN", "Not allowed.", { hint: "Ask." }));
    await add(FIRST);
    expect(await rowOf(FIRST)).toMatchObject({
      state: "failed",
      errorMessage: expect.stringContaining("Not allowed"),
      errorHint: "Ask.",
    });
  });
});

describe("when the api ends", () => {
  it("it waits for a unit that is being started", async () => {
    const order: string[] = [];
    let answer: () => void = () => {};
    host.startTransientService.mockImplementationOnce(async () => {
      await new Promise<void>((resolve) => (answer = resolve));
      order.push("started");
      return "/job";
    });
    const added = add(FIRST);
    await vi.waitFor(() => expect(host.startTransientService).toHaveBeenCalled(), 10_000);
    const closed = registry.close().then(() => order.push("closed"));
    answer();
    await Promise.all([added, closed]);
    expect(order).toEqual(["started", "closed"]);
  });

  /** As a kill -9 of the api leaves it. */
  async function killBeforeStart(): Promise<void> {
    await registry.close();
    await add(FIRST);
    await database.db.build.update({ where: { id: FIRST }, data: { state: "running", startedAt: new Date() } });
  }

  it("between the record and the unit, the next start gives the build its turn", async () => {
    await killBeforeStart();
    expect(host.started).toEqual([]);
    registry = createRegistry();
    await registry.start();
    expect(host.started).toEqual([FIRST]);
    expect(await rowOf(FIRST)).toMatchObject({ state: "running", errorMessage: null });
  });

  it("after the builder left a trace, the build is lost", async () => {
    await killBeforeStart();
    writeFileSync(registry.files(FIRST).log, "");
    registry = createRegistry();
    await registry.start();
    expect(await rowOf(FIRST)).toMatchObject({ state: "lost" });
    expect(host.started).toEqual([]);
  });

  it("a build that began and left no trace at all is lost too, and not begun for ever", async () => {
    await add(FIRST);
    host.end(FIRST);
    await waitForState(FIRST, "lost");
    expect(host.started).toEqual([FIRST]);
  });
});

describe("a cancel", () => {
  const failure = { ok: false, exitCode: 1, error: { message: "pacstrap ended", hint: "Look.", reason: null } };

  it("that was refused leaves nothing behind, and a later failure is told as one", async () => {
    await add(FIRST);
    host.stop.mockRejectedValueOnce(new AppError("CONFLICT", "Another job is under way."));
    await expect(registry.cancel(FIRST)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(existsSync(registry.files(FIRST).cancel)).toBe(false);
    leaveResult(FIRST, { ok: false, stopped: true });
    host.end(FIRST);
    await waitForState(FIRST, "failed");
    expect((await rowOf(FIRST)).errorMessage).toMatch(/stopped from outside/);
  });

  it("that may have been heard is one where the builder was stopped", async () => {
    await add(FIRST);
    host.stop.mockRejectedValueOnce(new AppError("TIMEOUT", "StopUnit did not answer in time."));
    await expect(registry.cancel(FIRST)).rejects.toMatchObject({ code: "TIMEOUT" });
    leaveResult(FIRST, { ok: false, stopped: true });
    host.end(FIRST);
    await waitForState(FIRST, "cancelled");
  });

  it("does not hide how the build failed by itself", async () => {
    await add(FIRST);
    await registry.cancel(FIRST);
    leaveResult(FIRST, failure);
    host.end(FIRST);
    await waitForState(FIRST, "failed");
    expect(await rowOf(FIRST)).toMatchObject({ errorMessage: "pacstrap ended", errorHint: "Look." });
  });
});

describe("trees that builds left", () => {
  const cleaning = (id: string) => `machineroom-build-clean@${id}.service`;

  it("are removed at the start of the api, but those that somebody works on", async () => {
    await add(FIRST);
    await registry.close();
    host.alive.add(SECOND);
    for (const id of [FIRST, SECOND, "third00000"]) trees.add(id);
    registry = createRegistry();
    await registry.start();
    expect(host.cleaned).toEqual([cleaning("third00000")]);
  });

  it("of a lost build are seen to again where that failed", async () => {
    await add(FIRST);
    trees.add(FIRST);
    host.startTransientService.mockRejectedValueOnce(new AppError("UNAVAILABLE", "Try again in a moment."));
    host.end(FIRST);
    await waitForState(FIRST, "lost");
    await vi.waitFor(() => expect(host.cleaned).toEqual([cleaning(FIRST)]), { timeout: 10_000 });
  });
});
