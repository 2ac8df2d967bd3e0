import { setTimeout as delay } from "node:timers/promises";

import type { BootEvent } from "@/lib/boot";
import { bootTimes } from "@/lib/boot-graph";
import { readBootId } from "@/server/systemd/leader";
import type { MachineManager } from "@/server/systemd/machine-manager";
import { Bell } from "../inside/bell";
import { followMachine, type LinkDeps, type Session } from "../inside/machine-link";
import { toBootJobs } from "./analyse";

/** Jobs come and go by the hundred while a machine boots; this often is soon enough for a reader. */
const COALESCE_MS = 150;
/** All times are read again for every change told after the boot. */
const CHANGES_COALESCE_MS = 500;

/** How a machine's boot gets on, through stops and starts, until `signal` aborts. */
export function watchBoot(deps: LinkDeps, name: string, signal: AbortSignal): AsyncGenerator<BootEvent> {
  return followMachine<BootEvent>(deps, name, signal, followBoot);
}

async function* followBoot({ manager, machine, signal }: Session): AsyncGenerator<BootEvent> {
  const changed = new Bell();
  const jobDone = new Bell();
  // JobNew, JobRemoved and StartupFinished among them; subscribed before the first look, so nothing falls between.
  const stop = await manager.follow(
    ({ member }) => {
      changed.ring();
      if (member === "JobRemoved") jobDone.ring();
    },
    { units: false },
  );
  try {
    while (!signal.aborted) {
      const stamps = await manager.bootStamps();
      if (stamps.finish > 0) {
        yield { type: "finished", bootId: await readBootId(machine.leaderPid) };
        break;
      }
      const now = Number(process.hrtime.bigint() / 1000n);
      const jobs = toBootJobs(await manager.listJobs());
      yield { type: "booting", elapsedUsec: Math.max(0, now - bootTimes(stamps).offset), jobs };
      await changed.wait(signal);
      await pause(COALESCE_MS, signal);
    }
    yield* followChanges(manager, jobDone, signal);
  } finally {
    stop();
  }
}

/** Tells whenever units have been started or stopped since, once no job is left. */
async function* followChanges(manager: MachineManager, jobDone: Bell, signal: AbortSignal): AsyncGenerator<BootEvent> {
  while (!signal.aborted) {
    await jobDone.wait(signal);
    await pause(CHANGES_COALESCE_MS, signal);
    if (!signal.aborted && (await manager.listJobs()).length === 0) yield { type: "changed" };
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
