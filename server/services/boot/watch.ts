import { setTimeout as delay } from "node:timers/promises";

import type { BootEvent } from "@/lib/boot";
import { bootTimes } from "@/lib/boot-graph";
import { readBootId } from "@/server/systemd/leader";
import { Bell } from "../inside/bell";
import { followMachine, type LinkDeps, type Session } from "../inside/machine-link";
import { toBootJobs } from "./analyse";

/** Jobs come and go by the hundred while a machine boots; this often is soon enough for a reader. */
const COALESCE_MS = 150;

/** How a machine's boot gets on, through stops and starts, until `signal` aborts. */
export function watchBoot(deps: LinkDeps, name: string, signal: AbortSignal): AsyncGenerator<BootEvent> {
  return followMachine<BootEvent>(deps, name, signal, followBoot);
}

async function* followBoot({ manager, machine, signal }: Session): AsyncGenerator<BootEvent> {
  const changed = new Bell();
  // JobNew, JobRemoved and StartupFinished among them; subscribed before the first look, so nothing falls between.
  const stop = await manager.follow(() => changed.ring(), { units: false });
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
      await delay(COALESCE_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    stop();
  }
  await new Bell().wait(signal);
}
