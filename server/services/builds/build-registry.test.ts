import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { BuildOptions, BuildResult } from "@/lib/build";
import { createTestDatabase, type TestDatabase } from "@/server/db/test-database";
import type { HostSystem } from "@/server/systemd/host-system";
import type { LoadedUnit } from "@/server/systemd/manager";
import type { World } from "../world/world";
import { type BuildRegistry, createBuildRegistry } from "./build-registry";
import { buildOfUnit } from "./build-unit";

/** Just enough of a host to say how each call ends; everything against the real one is in the lab tests. */
class FakeHost {
  /** Builds whose unit is there. */
  readonly alive = new Set<string>();
  readonly started: string[] = [];
  readonly startTransientService = vi.fn(async ({ unit }: { unit: string }) => {
    const id = buildOfUnit(unit);
    if (id !== null) this.begin(id);
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
  host = new FakeHost();
  database = await createTestDatabase();
  directory = mkdtempSync(join(tmpdir(), "machineroom-builds-"));
  registry = createRegistry();
  await registry.start();
});

afterEach(async () => {
  registry.close();
  await database.remove();
  rmSync(directory, { recursive: true, force: true });
});

function createRegistry(): BuildRegistry {
  return createBuildRegistry({
    system: host.system,
    db: database.db,
    log: pino({ level: "silent" }),
    world: { refresh: async () => {} } as unknown as World,
    dataDir: directory,
    runtimeDir: join(directory, "run"),
    buildsAtOnce: 2,
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
  await vi.waitFor(async () => expect((await rowOf(id)).state).toBe(state), { timeout: 5000, interval: 10 });
}

/** What the builder leaves at its end. */
function leaveResult(id: string, result: Partial<BuildResult>): void {
  const base = { stopped: false, exitCode: 0, sizeBytes: 1, packages: null, error: null };
  writeFileSync(
    registry.files(id).result,
    JSON.stringify({ ok: true, finishedAt: new Date().toISOString(), ...base, ...result }),
  );
}

describe("when a build cannot be looked at", () => {
  it("the others are, and it is looked at again without any signal", async () => {
    await add(FIRST);
    await add(SECOND);
    for (const id of [FIRST, SECOND]) leaveResult(id, {});
    host.listUnits.mockRejectedValueOnce(new Error("no answer"));
    host.alive.clear();
    host.end(SECOND);
    await waitForState(SECOND, "succeeded");
    expect((await rowOf(FIRST)).state).toBe("running");
    await waitForState(FIRST, "succeeded");
  });
});
