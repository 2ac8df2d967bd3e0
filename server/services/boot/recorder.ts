import { EventEmitter } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { BootEvent } from "@/lib/boot";
import type { Machine, MachineEvent } from "@/lib/machine";
import type { Database } from "@/server/db/client";
import { readBootId } from "@/server/systemd/leader";
import type { BusRefusal } from "@/server/systemd/machine-bus";
import { Semaphore } from "@/server/systemd/semaphore";
import type { LinkDeps } from "../inside/machine-link";
import { Patience } from "./patience";
import { watchBoot } from "./watch";
import { type Start, writeBoot } from "./write-boot";

/** Boots watched at once; others wait, so that pages always find a connection free. */
const MAX_WATCHED = 32;
const MAX_WAITING = 10_000;
/** What could not be read or written is tried again after these, and then given up. */
const RETRY_DELAYS_MS = [1000, 3000, 10_000, 30_000, 120_000];

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

/** Writes down every boot of a machine that has an image, when it has finished. Of each machine that starts, one connection is open until then, and no longer. */
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
    // Without an image nobody keeps it: one-off names would fill the history.
    if (leaderPid === null || machine.class !== "container" || machine.image === null) {
      forget(name);
      return;
    }
    if (watched.get(name)?.leaderPid === leaderPid) return;
    forget(name);
    const abort = new AbortController();
    watched.set(name, { leaderPid, abort });
    void persist({ name, leaderPid }, abort.signal);
  }

  async function persist(start: Start, signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        return await places.run(() => record(start, signal));
      } catch (error) {
        const delayMs = RETRY_DELAYS_MS[attempt];
        if (signal.aborted) return;
        log.warn({ err: error, machine: start.name, againInMs: delayMs }, "the boot could not be recorded");
        if (delayMs === undefined) return;
        await delay(delayMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  function onEvent(event: MachineEvent): void {
    if (event.type === "upsert") consider(event.machine);
    else if (event.type === "remove") forget(event.name);
    else if (event.type === "snapshot") for (const machine of event.machines) consider(machine);
  }

  async function record(start: Start, signal: AbortSignal): Promise<void> {
    const { name } = start;
    if (signal.aborted || (await isRecorded(db, start))) return;
    const patience = new Patience();
    try {
      for await (const event of watchBoot(options, name, AbortSignal.any([signal, patience.signal]))) {
        const crowded = isCrowded(event);
        patience.count(!crowded);
        if (event.type === "link" && event.link === "refused" && !crowded) return;
        if (event.type !== "finished") continue;
        if (event.bootId !== null && (await writeBoot(options, start, event.bootId)))
          recorded.emit("boot", { machine: name, bootId: event.bootId } satisfies RecordedBoot);
        return;
      }
    } finally {
      patience.count(false);
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

/** All connections are in use: other than what else refuses, this passes. */
function isCrowded(event: BootEvent): boolean {
  return event.type === "link" && event.link === "refused" && event.reason === ("too-many" satisfies BusRefusal);
}

async function isRecorded(db: Database, { name: machine, leaderPid }: Start): Promise<boolean> {
  const bootId = await readBootId(leaderPid);
  if (bootId === null) return false;
  return (await db.bootRecord.count({ where: { machine, bootId } })) > 0;
}
