import { EventEmitter } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Logger } from "pino";

import { type BuildOptions, type BuildResult, type BuildState, pendingSteps } from "@/lib/build";
import { AppError, toErrorBody } from "@/lib/errors";
import { type BuildFiles, buildFiles } from "@/server/build-files";
import type { Database } from "@/server/db/client";
import type { BusSignal } from "@/server/systemd/bus";
import type { HostSystem } from "@/server/systemd/host-system";
import type { World } from "../world/world";
import { readResult, readStatus } from "./build-record";
import { buildOfUnit, buildUnit, isUnitAlive, startBuildUnit, startCleaningUnit, type UnitPlaces } from "./build-unit";

const UNIT_SIGNALS = "type='signal',sender='org.freedesktop.systemd1',interface='org.freedesktop.systemd1.Manager'";
/** One at a time: two package managers at once share one cache, and wait for each other's disk. */
const MAX_RUNNING = 1;

export interface NewBuild {
  id: string;
  options: BuildOptions;
  password: string | null;
  startedBy: string;
}

export interface BuildRegistry {
  files(id: string): BuildFiles;
  /** Records a build and starts it as soon as none other runs. */
  add(build: NewBuild): Promise<void>;
  /** Errors: CONFLICT where it has ended. */
  cancel(id: string): Promise<void>;
  /** Told whenever this build's state changed. */
  onChange(id: string, listener: () => void): () => void;
  /** Finds running builds again, and goes on with the queue. */
  start(): Promise<void>;
  /** Stops watching. Builds go on. */
  close(): void;
}

export interface BuildRegistryOptions extends UnitPlaces {
  system: HostSystem;
  db: Database;
  log: Logger;
  world: World;
}

export function createBuildRegistry(options: BuildRegistryOptions): BuildRegistry {
  return new LiveBuildRegistry(options);
}

/** The queue, and the watch over the units of running builds. What is true of a build is in its row and its files, not in here. */
class LiveBuildRegistry implements BuildRegistry {
  readonly #options: BuildRegistryOptions;
  readonly #log: Logger;
  readonly #events = new EventEmitter().setMaxListeners(0);
  #stop: (() => void)[] = [];
  /** Work on rows is done one after the other. */
  #chain: Promise<void> = Promise.resolve();

  constructor(options: BuildRegistryOptions) {
    this.#options = options;
    this.#log = options.log.child({ component: "builds" });
  }

  files(id: string): BuildFiles {
    return buildFiles(id, this.#options);
  }

  async add({ id, options, password, startedBy }: NewBuild): Promise<void> {
    const files = this.files(id);
    await mkdir(files.directory, { recursive: true, mode: 0o700 });
    await writeFile(files.spec, JSON.stringify({ id, options }), { mode: 0o600, flag: "wx" });
    if (password !== null) {
      await mkdir(dirname(files.password), { recursive: true, mode: 0o700 });
      await writeFile(files.password, password, { mode: 0o600, flag: "wx" });
    }
    await this.#options.db.build.create({
      data: {
        id,
        name: options.name,
        recipe: options.recipe,
        optionsJson: JSON.stringify(options),
        state: "queued",
        stepsJson: JSON.stringify(pendingSteps()),
        startedBy,
      },
    });
    await this.#serially(() => this.#pump());
  }

  async cancel(id: string): Promise<void> {
    await this.#serially(async () => {
      const row = await this.#options.db.build.findUnique({ where: { id } });
      if (row?.state === "queued") return this.#end(id, "cancelled", null, null);
      if (row?.state !== "running") throw new AppError("CONFLICT", "This build has ended already.");
      await writeFile(this.files(id).cancel, "", { mode: 0o600 });
      await this.#options.system.manager.stop(buildUnit(id));
    });
  }

  onChange(id: string, listener: () => void): () => void {
    this.#events.on(id, listener);
    return () => this.#events.off(id, listener);
  }

  async start(): Promise<void> {
    const { bus } = this.#options.system;
    this.#stop = [
      bus.onSignal((signal) => this.#onSignal(signal)),
      bus.onState((connected) => void (connected && this.#reconcile())),
    ];
    await bus.match(UNIT_SIGNALS);
    if (bus.connected) await this.#reconcile();
  }

  close(): void {
    for (const stop of this.#stop) stop();
    this.#events.removeAllListeners();
  }

  #onSignal({ member, body }: BusSignal): void {
    const [unit] = body;
    if (member !== "UnitRemoved" || typeof unit !== "string") return;
    const id = buildOfUnit(unit);
    if (id !== null) void this.#reconcile();
  }

  /** Looks at every build that is said to run: those whose unit is gone have ended. A daemon-reload also tells UnitRemoved. */
  #reconcile(): Promise<void> {
    return this.#serially(async () => {
      const running = await this.#options.db.build.findMany({ where: { state: "running" } });
      for (const { id } of running) if (!(await isUnitAlive(this.#options.system, id))) await this.#conclude(id);
      await this.#pump();
    }).catch((error: unknown) => this.#log.warn({ err: error }, "the builds could not be looked at"));
  }

  /** The unit has gone: what its files say is how it ended. */
  async #conclude(id: string): Promise<void> {
    const result = await readResult(this.files(id));
    if (result === null) {
      await this.#end(id, "lost", null, {
        message: "The builder vanished without a result.",
        hint: "The host went down while it ran, or its files were removed. Nothing of the machine was kept: build it again.",
      });
      await startCleaningUnit(this.#options.system, id, this.#options).catch((error: unknown) =>
        this.#log.warn({ err: error, build: id }, "what a lost build left could not be removed"),
      );
      return;
    }
    const cancelled = result.stopped && existsSync(this.files(id).cancel);
    const state = result.ok ? "succeeded" : cancelled ? "cancelled" : "failed";
    const error =
      result.stopped && !cancelled
        ? {
            message: "The build was stopped from outside Machineroom.",
            hint: "Its unit was stopped on the host, or the host was shut down. Build it again.",
          }
        : result.error;
    await this.#end(id, state, result, cancelled ? null : error);
  }

  async #end(id: string, state: BuildState, result: BuildResult | null, error: BuildResult["error"]): Promise<void> {
    const status = await readStatus(this.files(id));
    const steps = status?.steps ?? pendingSteps();
    await this.#options.db.build.update({
      where: { id },
      data: {
        state,
        finishedAt: result ? new Date(result.finishedAt) : new Date(),
        exitCode: result?.exitCode ?? null,
        sizeBytes: result?.sizeBytes ?? null,
        packagesJson: result?.packages ? JSON.stringify(result.packages) : null,
        commandsJson: JSON.stringify(status?.commands ?? []),
        stepsJson: JSON.stringify(
          steps.map((step) => (step.state === "running" ? { ...step, state: "failed" } : step)),
        ),
        errorMessage: error?.message ?? null,
        errorHint: error?.hint ?? null,
      },
    });
    await rm(this.files(id).password, { force: true });
    this.#log.info({ build: id, state }, "build ended");
    this.#events.emit(id);
    if (state === "succeeded") await this.#options.world.refresh().catch(() => undefined);
  }

  /** Starts the oldest queued builds while there is room. */
  async #pump(): Promise<void> {
    const { db, system } = this.#options;
    for (;;) {
      if ((await db.build.count({ where: { state: "running" } })) >= MAX_RUNNING) return;
      const next = await db.build.findFirst({
        where: { state: "queued" },
        orderBy: [{ createdAt: "asc" }, { id: "asc" }],
      });
      if (!next || !system.bus.connected) return;
      await db.build.update({ where: { id: next.id }, data: { state: "running", startedAt: new Date() } });
      this.#events.emit(next.id);
      try {
        await startBuildUnit(system, next.id, next.name, this.#options);
      } catch (error) {
        const told = error instanceof AppError ? toErrorBody(error) : null;
        this.#log.error({ err: error, build: next.id }, "the builder could not be started");
        await this.#end(next.id, "failed", null, {
          message: `The builder could not be started${told ? `: ${told.message}` : "."}`,
          hint: told?.hint ?? null,
        });
      }
    }
  }

  #serially(work: () => Promise<void>): Promise<void> {
    const done = this.#chain.then(work);
    this.#chain = done.catch(() => undefined);
    return done;
  }
}
