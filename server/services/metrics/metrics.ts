import type { Logger } from "pino";

import type { Database } from "@/server/db/client";
import { MachineCounterReader } from "@/server/systemd/machine-counters";
import type { World } from "../world/world";
import { MetricsHistoryStore } from "./history-store";
import { createSampler, type HistoryStep, type Sampler, type SamplerOptions } from "./sampler";

interface MetricsOptions {
  world: World;
  db: Database;
  log: Logger;
  /** Reads the counters of one machine; tests count what is asked of it. */
  reader?: SamplerOptions["reader"];
}

/** What machines use: live while somebody looks, and a history of those that are kept. */
export function createMetrics({ world, db, log, reader = new MachineCounterReader() }: MetricsOptions): Sampler {
  const store = new MetricsHistoryStore(db);
  let swept = false;

  async function onStep({ atSec, samples }: HistoryStep): Promise<void> {
    // While the host cannot be asked, what is gone and what is kept is not known.
    if (!world.connected) return;
    const kept = new Set(world.machines().flatMap(({ name, image }) => (image === null ? [] : name)));
    if (!swept && poolIsThere()) {
      await store.keep(kept);
      swept = true;
    }
    await store.write({ atSec, samples: samples.filter(({ name }) => kept.has(name)) });
  }

  /** An empty pool may be one that is not mounted, whose machines come back. */
  const poolIsThere = () => world.connected && world.machines().some(({ image }) => image !== null);

  const sampler = createSampler({ world, log, reader, onStep });
  let unsubscribe: () => void = () => {};
  return {
    subscribe: (listener, names) => sampler.subscribe(listener, names),
    start() {
      unsubscribe = world.subscribe((event) => {
        if (event.type !== "remove" || !poolIsThere()) return;
        store.forget(event.name).catch((error: unknown) => log.warn({ err: error }, "history could not be removed"));
      });
      sampler.start();
    },
    close() {
      unsubscribe();
      sampler.close();
    },
  };
}
