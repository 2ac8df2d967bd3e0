import { setTimeout as delay } from "node:timers/promises";

import { diffUnits, type Unit, type UnitsEvent } from "@/lib/units";
import { Bell } from "../inside/bell";
import { followMachine, type LinkDeps, type Session } from "../inside/machine-link";
import { readUnits } from "./list";

/** Signals come in bursts (a daemon-reload tells of every unit); one look answers all of a burst. */
const COALESCE_MS = 100;

/** The units of a machine, live, through stops and starts: a snapshot for each boot, then what changed. */
export function watchUnits(deps: LinkDeps, name: string, signal: AbortSignal): AsyncGenerator<UnitsEvent> {
  return followMachine<UnitsEvent>(deps, name, signal, followUnits);
}

async function* followUnits({ manager, signal }: Session): AsyncGenerator<UnitsEvent> {
  const changed = new Bell();
  const stop = await manager.follow(() => changed.ring(), { units: true });
  try {
    let known: Map<string, Unit> | null = null;
    while (!signal.aborted) {
      const units = await readUnits(manager);
      if (known === null) yield { type: "snapshot", units };
      else {
        const change = diffUnits(known, units);
        if (change.upserts.length > 0 || change.removed.length > 0) yield { type: "change", ...change };
      }
      known = new Map(units.map((unit) => [unit.unit, unit]));
      await changed.wait(signal);
      await delay(COALESCE_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    stop();
  }
}
