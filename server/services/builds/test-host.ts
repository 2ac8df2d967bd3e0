import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import pino from "pino";
import { expect, vi } from "vitest";
import { ARCH_CONFIG } from "@/lab/arch-configs";
import { type Build, type BuildCreate, type BuildLogLine, buildCreateSchema, isEnded } from "@/lib/build";
import { POOL } from "@/lib/build-commands";
import { createTestDatabase } from "@/server/db/test-database";
import { connectHostSystem } from "@/server/systemd/host-system";
import { AuditLog } from "../audit/audit-log";
import { createBootRecorder } from "../boot/recorder";
import type { Deps } from "../deps";
import { JournalHub } from "../journal/journal-hub";
import { createMetrics } from "../metrics/metrics";
import { createRecordingRegistry } from "../recordings/recording-registry";
import { createTerminalRegistry } from "../terminals/terminal-registry";
import { command } from "../test-machine";
import { createWorld } from "../world/world";
import { createBuildRegistry } from "./build-registry";
import { createBuild } from "./create";
import { followBuildLog } from "./follow-log";
import { getBuild } from "./read";

/** What of the fixtures builds are made from; all of it works without a network. */
export const FIXTURES = "/srv/fixtures";
export const DEBIAN_MIRROR = `file://${FIXTURES}/debian-mirror`;
export const USER = "ada@example.com";
const log = pino({ level: process.env["MACHINEROOM_LOG_LEVEL"] ?? "silent" });

/** An api without its HTTP side, on the lab's real systemd, with directories of its own. */
export interface TestHost {
  deps: Deps;
  dataDir: string;
  runtimeDir: string;
  databaseDir: string;
  /** Queues a build, written as a browser would write it. */
  create(input: unknown): Promise<string>;
  /** The record once the build has ended. */
  ended(id: string): Promise<Build>;
  /** Create, and wait for the end. */
  build(input: unknown): Promise<Build>;
  /** The whole log; of a build that goes on, it resolves when that has ended. */
  log(id: string): Promise<BuildLogLine[]>;
  /** Waits until the builder has written this line. */
  logHas(id: string, text: string): Promise<void>;
  /** Removes machines, and waits until the world knows. */
  remove(...names: string[]): Promise<void>;
  /** What a restart of the api is to builds: everything in memory is gone. `meanwhile` is done while there is none. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** `disk` is where its records and logs are. */
export async function createTestHost({
  buildsAtOnce = 1,
  buildsKept = 200,
  disk = "/var/lib",
} = {}): Promise<TestHost> {
  const dataDir = mkdtempSync(join(disk, ".machineroom-test-"));
  const runtimeDir = mkdtempSync("/run/machineroom-test-");
  const database = await createTestDatabase();
  const attach = async (): Promise<Deps> => {
    const system = await connectHostSystem({ log });
    const world = createWorld({ system, log });
    await world.start();
    const { db } = database;
    const builds = createBuildRegistry({ system, db, log, world, dataDir, runtimeDir, buildsAtOnce, buildsKept });
    await builds.start();
    const audit = new AuditLog({ db, log, maxEntries: 1000 });
    return {
      log,
      db,
      system,
      world,
      builds,
      boots: createBootRecorder({ system, db, log, world }),
      metrics: createMetrics({ db, log, world }),
      journals: new JournalHub({ world }),
      terminals: createTerminalRegistry({ system, log, idleTimeoutMs: 3_600_000 }),
      recordings: createRecordingRegistry({
        log,
        directory: join(dataDir, "recordings"),
        limitBytes: 1024 * 1024,
        kept: 10,
        keptMs: 86_400_000,
      }),
      audit,
    };
  };
  const detach = async ({ builds, world, terminals, recordings, system }: Deps) => {
    await builds.close();
    world.close();
    await terminals.close();
    await recordings.close();
    await system.close();
  };
  const host: TestHost = {
    deps: await attach(),
    dataDir,
    runtimeDir,
    databaseDir: dirname(database.filePath),
    create: async (input) => (await createBuild(host.deps, buildCreateSchema.parse(input), USER)).id,
    ended: (id) =>
      vi.waitFor(
        async () => {
          const build = await getBuild(host.deps, id);
          expect(isEnded(build.state), `still ${build.state}`).toBe(true);
          return build;
        },
        { timeout: 240_000, interval: 50 },
      ),
    build: async (input) => host.ended(await host.create(input)),
    log: async (id) => {
      const lines: BuildLogLine[] = [];
      for await (const line of followBuildLog(host.deps, { id }, new AbortController().signal)) lines.push(line);
      return lines;
    },
    logHas: async (id, text) => {
      const path = join(dataDir, "builds", id, "log.ndjson");
      await vi.waitFor(() => expect(readFileSync(path, "utf8")).toContain(`"${text}"`), {
        timeout: 60_000,
        interval: 20,
      });
    },
    remove: async (...names) => {
      for (const name of names) removeMachine(name);
      await vi.waitFor(() => expect(names.filter((name) => host.deps.world.machine(name))).toEqual([]), {
        timeout: 30_000,
      });
    },
    restart: async (meanwhile) => {
      await detach(host.deps);
      await meanwhile?.();
      host.deps = await attach();
    },
    close: async () => {
      await detach(host.deps);
      await database.remove();
      for (const directory of [dataDir, runtimeDir]) rmSync(directory, { recursive: true, force: true });
    },
  };
  return host;
}

/** An Arch build by the fixtures, root locked unless told otherwise. */
export function archBuild(name: string, more: Partial<BuildCreate> = {}): BuildCreate {
  return { name, recipe: "arch", config: ARCH_CONFIG, rootLogin: { kind: "none" }, ...more };
}

function removeMachine(name: string): void {
  for (const argv of [
    ["/usr/bin/systemctl", "stop", `systemd-nspawn@${name}.service`],
    ["/usr/bin/machinectl", "remove", name],
  ]) {
    try {
      command(argv[0] ?? "", ...argv.slice(1));
    } catch {
      // It was not there.
    }
  }
}

/** What builds may leave on a host beside the machines they were asked for: nothing. */
export function leftovers(): { trees: string[]; mounts: string[]; units: string[] } {
  return {
    trees: readdirSync(POOL).filter((name) => name.startsWith(".build-")),
    mounts: readFileSync("/proc/1/mountinfo", "utf8")
      .split("\n")
      .filter((line) => line.includes("/.build-")),
    units: command("/usr/bin/systemctl", "list-units", "--all", "--plain", "--no-legend", "machineroom-build*")
      .split("\n")
      .filter((line) => line.trim() !== ""),
  };
}

/** Waits for the end of the units too: a build has ended a moment before its unit is collected. */
export async function expectNothingLeft(): Promise<void> {
  await vi.waitFor(() => expect(leftovers()).toEqual({ trees: [], mounts: [], units: [] }), { timeout: 30_000 });
}

export function inPool(name: string): boolean {
  return existsSync(join(POOL, name));
}
