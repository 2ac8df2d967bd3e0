import { EventEmitter } from "node:events";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";

import { type BuildOptions, type BuildResult, type BuildState, pendingSteps } from "@/lib/build";
import { buildPlace } from "@/lib/build-commands";
import type { BuildReason } from "@/lib/build-reasons";
import { AppError, toErrorBody } from "@/lib/errors";
import { type BuildFiles, buildFiles } from "@/server/build-files";
import { placedWithoutResult } from "@/server/build-outcome";
import type { Database } from "@/server/db/client";
import type { BusSignal } from "@/server/systemd/bus";
import type { HostSystem } from "@/server/systemd/host-system";
import type { World } from "../world/world";
import { QUEUE_ORDER, readResult, readStatus } from "./build-record";
import { removeBuildFiles, storedBuildIds, writeBuildFiles } from "./build-storage";
import {
  buildOfUnit,
  buildUnit,
  isUnitAlive,
  mayHaveBeenHeard,
  startBuildUnit,
  startCleaningUnit,
  type UnitPlaces,
} from "./build-unit";
import { findBuildTrees } from "./leftovers";
import { endedRow, hasBegun, LOST, outcomeOf } from "./outcome";
import { Retry } from "./retry";
import { StatusWatches } from "./status-watches";

const UNIT_SIGNALS = "type='signal',sender='org.freedesktop.systemd1',interface='org.freedesktop.systemd1.Manager'";
/** What is under way when the api ends gets so long; the next start sees to the rest. */
const CLOSE_MS = 2000;

export interface NewBuild {
  id: string;
  options: BuildOptions;
  password: string | null;
  startedBy: string;
}

export interface BuildRegistry {
  files(id: string): BuildFiles;
  /** Records a build and starts it as soon as there is room. Errors: CONFLICT where another is making a machine of that name. */
  add(build: NewBuild): Promise<void>;
  /** Errors: CONFLICT where it has ended. */
  cancel(id: string): Promise<void>;
  /** Removes the record and log of an ended build. */
  forget(id: string): Promise<void>;
  /** Told the id of every build that came, changed or went. */
  onChange(listener: (id: string) => void): () => void;
  /** Finds running builds again, and goes on with the queue. */
  start(): Promise<void>;
  /** Stops watching, and waits for what is under way. Builds go on. */
  close(): Promise<void>;
}

export interface BuildRegistryOptions extends UnitPlaces {
  system: HostSystem;
  db: Database;
  log: Logger;
  world: World;
  /** More wait in the queue: two package managers at once share one cache, and wait for each other's disk. */
  buildsAtOnce: number;
  /** Of ended builds, the newest; older ones are forgotten. */
  buildsKept: number;
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
  readonly #watches = new StatusWatches((id) => this.#changed(id));
  /** Of running builds, those whose unit was seen: they have begun, even if they left no trace. */
  readonly #begun = new Set<string>();
  #closed = false;
  /** What builds of former times left in the pool is removed. */
  #swept = false;
  /** What could not be done is tried again: no signal may ever come for it. */
  readonly #retry = new Retry(() => void this.#reconcile());
  /** Work on rows is done one after the other. */
  #chain: Promise<void> = Promise.resolve();

  constructor(options: BuildRegistryOptions) {
    this.#options = options;
    this.#log = options.log.child({ component: "builds" });
  }

  files(id: string): BuildFiles {
    return buildFiles(id, this.#options);
  }

  add(build: NewBuild): Promise<void> {
    return this.#serially(async () => {
      await this.#refuseSecond(build.options.name);
      const files = this.files(build.id);
      try {
        await writeBuildFiles(files, { id: build.id, options: build.options }, build.password);
        await this.#writeRow(build);
      } catch (error) {
        await removeBuildFiles(files);
        throw error;
      }
      this.#changed(build.id);
      await this.#pump();
    });
  }

  async #refuseSecond(name: string): Promise<void> {
    const other = await this.#options.db.build.findFirst({ where: { name, state: { in: ["queued", "running"] } } });
    if (!other) return;
    throw new AppError("CONFLICT", `Another build is making ${name} already.`, {
      hint: "Choose another name, or cancel that build first.",
      reason: "being-built" satisfies BuildReason,
    });
  }

  async #writeRow({ id, options, startedBy }: NewBuild): Promise<void> {
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
  }

  cancel(id: string): Promise<void> {
    return this.#serially(async () => {
      const row = await this.#options.db.build.findUnique({ where: { id } });
      if (row?.state === "queued") return this.#end(id, "cancelled", null, null);
      if (row?.state !== "running") throw new AppError("CONFLICT", "This build has ended already.");
      await this.#stopUnit(id);
    });
  }

  async #stopUnit(id: string): Promise<void> {
    const { cancel } = this.files(id);
    await writeFile(cancel, "", { mode: 0o600 });
    try {
      await this.#options.system.manager.stop(buildUnit(id));
    } catch (error) {
      // It has ended and is not recorded yet, or never began.
      if (error instanceof AppError && error.code === "NOT_FOUND") return void this.#reconcile();
      if (!mayHaveBeenHeard(error)) await rm(cancel, { force: true });
      throw error;
    }
  }

  forget(id: string): Promise<void> {
    return this.#serially(() => this.#forget(id));
  }

  async #forget(id: string): Promise<void> {
    await this.#options.db.build.delete({ where: { id } });
    await removeBuildFiles(this.files(id));
    this.#changed(id);
  }

  onChange(listener: (id: string) => void): () => void {
    this.#events.on("change", listener);
    return () => this.#events.off("change", listener);
  }

  #changed(id: string): void {
    this.#events.emit("change", id);
  }

  async start(): Promise<void> {
    const { bus } = this.#options.system;
    this.#stop = [
      bus.onSignal((signal) => this.#onSignal(signal)),
      bus.onState((connected) => void (connected && this.#reconcile())),
    ];
    await bus.match(UNIT_SIGNALS);
    await this.#removeOrphans();
    if (bus.connected) await this.#reconcile();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const stop of this.#stop) stop();
    await Promise.race([this.#chain, delay(CLOSE_MS, undefined, { ref: false })]);
    this.#retry.reset();
    this.#watches.close();
    this.#events.removeAllListeners();
  }

  /** Files of builds without a row: the api was killed between the two. */
  async #removeOrphans(): Promise<void> {
    const stored = await storedBuildIds(this.#options.dataDir);
    if (stored.length === 0) return;
    const rows = await this.#options.db.build.findMany({ select: { id: true } });
    const known = new Set(rows.map(({ id }) => id));
    for (const id of stored) if (!known.has(id)) await removeBuildFiles(this.files(id));
  }

  #onSignal({ member, body }: BusSignal): void {
    const [unit] = body;
    if (member !== "UnitRemoved" || typeof unit !== "string") return;
    if (buildOfUnit(unit) !== null) void this.#reconcile();
  }

  /** Looks at every build that is said to run, and goes on with the queue; again after a while where any of it failed. */
  #reconcile(): Promise<void> {
    return this.#serially(async () => {
      if (this.#closed) return;
      const running = await this.#options.db.build.findMany({ where: { state: "running" } });
      if (!this.#swept) await this.#sweep();
      let done = true;
      for (const build of running) done = (await this.#lookAt(build)) && done;
      done = (await this.#pump()) && done;
      if (done && this.#swept) this.#retry.reset();
      else this.#retry.plan();
    }).catch((error: unknown) => {
      this.#log.warn({ err: error }, "the builds could not be looked at");
      this.#retry.plan();
    });
  }

  /** A build whose unit is gone has ended; a daemon-reload also tells UnitRemoved. False where that could not be seen to. */
  async #lookAt({ id, name }: { id: string; name: string }): Promise<boolean> {
    try {
      if (!(await isUnitAlive(this.#options.system, id))) await this.#conclude(id, name);
      else {
        this.#begun.add(id);
        this.#watches.begin(id, this.files(id));
      }
      return true;
    } catch (error) {
      this.#log.warn({ err: error, build: id }, "a build could not be looked at");
      return false;
    }
  }

  /** Trees in the pool that nobody works on: the host went down, or their cleaning failed. Another's builder has its unit. */
  async #sweep(): Promise<void> {
    const { db, system } = this.#options;
    try {
      const rows = await db.build.findMany({ where: { state: { in: ["queued", "running"] } }, select: { id: true } });
      const ours = new Set(rows.map(({ id }) => id));
      for (const id of await findBuildTrees())
        if (!ours.has(id) && !(await isUnitAlive(system, id))) await startCleaningUnit(system, id, this.#options);
      this.#swept = true;
    } catch (error) {
      this.#log.warn({ err: error }, "what builds left could not be removed");
    }
  }

  /** The unit has gone: what its files say is how it ended. */
  async #conclude(id: string, name: string): Promise<void> {
    const files = this.files(id);
    const result = await readResult(files);
    if (result === null) return this.#concludeWithoutResult(id, name);
    const { state, error } = outcomeOf(result, existsSync(files.cancel));
    await this.#end(id, state, result, error);
  }

  /** Not even the builder's second run, after its end, could leave a word; or there never was a builder. */
  async #concludeWithoutResult(id: string, name: string): Promise<void> {
    const files = this.files(id);
    if (!this.#begun.has(id) && !hasBegun(id, files)) return this.#putBack(id);
    const placed = placedWithoutResult(files, buildPlace(id, name).target) !== null;
    await this.#end(id, placed ? "succeeded" : "lost", null, placed ? null : LOST);
    await startCleaningUnit(this.#options.system, id, this.#options).catch((error: unknown) => {
      this.#log.warn({ err: error, build: id }, "what a lost build left could not be removed");
      this.#swept = false;
    });
  }

  /** The api ended, or the host did not answer, before the unit was there: its turn is still to come. */
  async #putBack(id: string): Promise<void> {
    if (existsSync(this.files(id).cancel)) return this.#end(id, "cancelled", null, null);
    await this.#options.db.build.update({ where: { id }, data: { state: "queued", startedAt: null } });
    this.#watches.end(id);
    this.#changed(id);
    await this.#tellQueue();
  }

  async #end(id: string, state: BuildState, result: BuildResult | null, error: BuildResult["error"]): Promise<void> {
    const status = await readStatus(this.files(id));
    await this.#options.db.build.update({ where: { id }, data: endedRow(state, result, error, status) });
    this.#watches.end(id);
    this.#begun.delete(id);
    await rm(this.files(id).password, { force: true });
    this.#log.info({ build: id, state }, "build ended");
    this.#changed(id);
    await this.#tellQueue();
    await this.#forgetOldest();
    if (state === "succeeded") await this.#options.world.refresh().catch(() => undefined);
  }

  /** What left the queue moved those behind it. */
  async #tellQueue(): Promise<void> {
    const queued = await this.#options.db.build.findMany({ where: { state: "queued" }, select: { id: true } });
    for (const { id } of queued) this.#changed(id);
  }

  async #forgetOldest(): Promise<void> {
    const old = await this.#options.db.build.findMany({
      where: { state: { notIn: ["queued", "running"] } },
      orderBy: { id: "desc" },
      skip: this.#options.buildsKept,
      select: { id: true },
    });
    for (const { id } of old) await this.#forget(id);
    if (old.length > 0) this.#log.info({ count: old.length }, "old builds forgotten");
  }

  /** Starts the oldest queued builds while there is room. False where it has to be tried again, which is planned then. */
  async #pump(): Promise<boolean> {
    try {
      while (await this.#startNext());
      return true;
    } catch (error) {
      this.#log.warn({ err: error }, "the next build could not be started");
      this.#retry.plan();
      return false;
    }
  }

  /** False where there is no room, or nothing to start. */
  async #startNext(): Promise<boolean> {
    const { db, system, buildsAtOnce } = this.#options;
    if (this.#closed || !system.bus.connected) return false;
    if ((await db.build.count({ where: { state: "running" } })) >= buildsAtOnce) return false;
    const next = await db.build.findFirst({ where: { state: "queued" }, orderBy: QUEUE_ORDER });
    if (!next) return false;
    await db.build.update({ where: { id: next.id }, data: { state: "running", startedAt: new Date() } });
    this.#watches.begin(next.id, this.files(next.id));
    this.#changed(next.id);
    await this.#tellQueue();
    await this.#startUnit(next.id, next.name);
    return true;
  }

  /** A refusal is how the build ends. Throws where nobody can say: it is said to run until its unit was looked for. */
  async #startUnit(id: string, name: string): Promise<void> {
    try {
      await startBuildUnit(this.#options.system, id, name, this.#options);
      this.#begun.add(id);
    } catch (error) {
      if (mayHaveBeenHeard(error)) throw error;
      const told = error instanceof AppError ? toErrorBody(error) : null;
      this.#log.error({ err: error, build: id }, "the builder could not be started");
      await this.#end(id, "failed", null, {
        message: `The builder could not be started${told ? `: ${told.message}` : "."}`,
        hint: told?.hint ?? null,
        reason: null,
      });
    }
  }

  #serially(work: () => Promise<void>): Promise<void> {
    const done = this.#chain.then(work);
    this.#chain = done.catch(() => undefined);
    return done;
  }
}
