import { setTimeout as delay } from "node:timers/promises";

import type { CgroupWatch } from "@/lib/cgroup-schemas";
import type { CgroupSample, CgroupsEvent } from "@/lib/cgroups";
import type { MachineLink } from "@/lib/units";
import { Bell } from "../inside/bell";
import { requireMachine } from "../machines/require-machine";
import { delegationsOf } from "./delegations";
import { type CgroupSampler, samplerOf } from "./sampler";
import { type CgroupDeps, treeRequestOf } from "./tree";

/** A machine that only just starts or stops has no group for a moment. */
const RETRY_MS = 200;

/** The tree of a machine's control groups every so often, through stops and starts. */
export async function* watchCgroups(
  deps: CgroupDeps,
  { name, intervalMs }: CgroupWatch,
  signal: AbortSignal,
): AsyncGenerator<CgroupsEvent> {
  requireMachine(deps, name);
  const changed = new Bell();
  const unsubscribe = deps.world.subscribe(() => changed.ring());
  let told: MachineLink["link"] | null = null;
  const tell = function* (link: "stopped" | "connecting" | "connected") {
    if (told !== link) yield { type: "link" as const, link };
    told = link;
  };
  try {
    while (!signal.aborted) {
      const row = deps.world.connected ? deps.world.machine(name) : undefined;
      const request = row && treeRequestOf(row);
      if (!request) {
        // While the host's bus is away nothing is known: what was told stays the last known.
        if (deps.world.connected) yield* tell(row?.service ? "connecting" : "stopped");
        await changed.wait(signal);
        continue;
      }
      const sampler = samplerOf(
        deps.system.cgroups,
        request,
        delegationsOf(deps.system.machineBuses, { ...request, name }),
      );
      for await (const sample of samplesOf(sampler, intervalMs, signal)) {
        yield* tell("connected");
        yield sample;
      }
      yield* tell(deps.world.machine(name)?.service ? "connecting" : "stopped");
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    unsubscribe();
  }
}

/** Ends when the machine has gone, throws where it cannot be looked at. A listener that lags gets the newest sample next, and none of those in between. */
async function* samplesOf(
  sampler: CgroupSampler,
  intervalMs: number,
  signal: AbortSignal,
): AsyncGenerator<CgroupSample> {
  const fresh = new Bell();
  let newest: CgroupSample | null = null;
  let gone = false;
  const failure: { error: unknown } = { error: null };
  const leave = sampler.join(intervalMs, {
    onSample(sample) {
      newest = sample;
      fresh.ring();
    },
    onGone() {
      gone = true;
      fresh.ring();
    },
    onFailed(error) {
      failure.error = error;
      fresh.ring();
    },
  });
  try {
    while (!signal.aborted && !gone) {
      await fresh.wait(signal);
      if (failure.error !== null) throw failure.error;
      const sample: CgroupSample | null = newest;
      newest = null;
      if (sample !== null) yield sample;
    }
  } finally {
    leave();
  }
}
