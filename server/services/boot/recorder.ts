import { EventEmitter } from "node:events";
import type { Logger } from "pino";

import { bootSpans, targetTime } from "@/lib/boot-graph";
import type { Machine, MachineEvent } from "@/lib/machine";
import type { Database } from "@/server/db/client";
import { readBootId } from "@/server/systemd/leader";
import { Semaphore } from "@/server/systemd/semaphore";
import { type LinkDeps, withManager } from "../inside/machine-link";
import { blameOf, failedUnits } from "./analyse";
import { packUnits } from "./history";
import { readBoot } from "./read-boot";
import { watchBoot } from "./watch";

/** A machine whose boot is not over by then is not waited for any longer. */
const GIVE_UP_MS = 15 * 60_000;
/** Boots watched at once; others wait, so that pages always find a connection free. */
const MAX_WATCHED = 32;
const MAX_WAITING = 10_000;
const KEEP_BOOTS = 200;
const KEEP_DAYS = 400;
const KEEP_UNITS = 150;
const DAY_MS = 86_400_000;

export interface RecordedBoot {
  machine: string;
  bootId: string;
}

export interface BootRecorder {
  start(): void;
  /** Told of every boot that was written down. Returns what ends it. */
  onRecorded(listener: (boot: RecordedBoot) => void): () => void;
  close(): void;
}

interface RecorderOptions extends LinkDeps {
  db: Database;
  log: Logger;
}

/** Writes down every boot when it has finished. Of each machine that starts, one connection is open until then, and no longer. */
export function createBootRecorder(options: RecorderOptions): BootRecorder {
  const { world, db } = options;
  const log = options.log.child({ component: "boots" });
  const places = new Semaphore(MAX_WATCHED, MAX_WAITING);
  const recorded = new EventEmitter().setMaxListeners(0);
  const watched = new Map<string, { leaderPid: number; abort: AbortController }>();
  let unsubscribe: () => void = () => {};

  function forget(name: string): void {
    watched.get(name)?.abort.abort();
    watched.delete(name);
  }

  function consider(machine: Machine): void {
    const { name, leaderPid } = machine;
    if (leaderPid === null || machine.class !== "container") {
      forget(name);
      return;
    }
    if (watched.get(name)?.leaderPid === leaderPid) return;
    forget(name);
    const abort = new AbortController();
    watched.set(name, { leaderPid, abort });
    places
      .run(() => record({ name, leaderPid }, abort.signal))
      .catch((error: unknown) => log.warn({ err: error, machine: name }, "the boot could not be recorded"));
  }

  function onEvent(event: MachineEvent): void {
    if (event.type === "upsert") consider(event.machine);
    else if (event.type === "remove") forget(event.name);
    else if (event.type === "snapshot") for (const machine of event.machines) consider(machine);
  }

  async function record({ name, leaderPid }: { name: string; leaderPid: number }, signal: AbortSignal): Promise<void> {
    if (signal.aborted || (await isRecorded(db, name, leaderPid))) return;
    const over = AbortSignal.any([signal, AbortSignal.timeout(GIVE_UP_MS)]);
    for await (const event of watchBoot(options, name, over)) {
      if (event.type === "link" && event.link === "refused") return;
      if (event.type !== "finished") continue;
      if (event.bootId === null) return;
      await writeBoot(options, name, event.bootId);
      recorded.emit("boot", { machine: name, bootId: event.bootId } satisfies RecordedBoot);
      return;
    }
  }

  return {
    start() {
      unsubscribe = world.subscribe(onEvent);
      for (const machine of world.machines()) consider(machine);
    },
    onRecorded(listener) {
      recorded.on("boot", listener);
      return () => recorded.off("boot", listener);
    },
    close() {
      unsubscribe();
      for (const name of [...watched.keys()]) forget(name);
    },
  };
}

async function isRecorded(db: Database, machine: string, leaderPid: number): Promise<boolean> {
  const bootId = await readBootId(leaderPid);
  if (bootId === null) return false;
  return (await db.bootRecord.count({ where: { machine, bootId } })) > 0;
}

async function writeBoot(options: RecorderOptions, machine: string, bootId: string): Promise<void> {
  const data = await withManager(options, machine, readBoot);
  const { times, finishedAt, target, targetReached } = data;
  if (finishedAt === null) return;
  const targetUsec = targetTime(times, targetReached);
  const boot = {
    at: new Date(finishedAt),
    userspaceUsec: BigInt(bootSpans(times).userspace),
    target,
    targetUsec: targetUsec === null ? null : BigInt(targetUsec),
    failed: failedUnits(data).length,
    unitsJson: packUnits(blameOf(data).slice(0, KEEP_UNITS)),
  };
  const key = { machine, bootId };
  await options.db.bootRecord.upsert({ where: { machine_bootId: key }, create: { ...key, ...boot }, update: {} });
  await prune(options.db, machine);
}

async function prune(db: Database, machine: string): Promise<void> {
  const newest = { orderBy: [{ at: "desc" as const }, { id: "desc" as const }], select: { id: true } };
  const beyond = await db.bootRecord.findMany({ where: { machine }, ...newest, skip: KEEP_BOOTS });
  await db.bootRecord.deleteMany({ where: { id: { in: beyond.map(({ id }) => id) } } });
  await db.bootRecord.deleteMany({ where: { at: { lt: new Date(Date.now() - KEEP_DAYS * DAY_MS) } } });
}
