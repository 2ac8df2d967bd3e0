import type { MetricsTick } from "@/lib/metrics";
import { Bell } from "../inside/bell";
import type { Sampler } from "./sampler";

/** What running machines use, at once and every second until `signal` aborts; who lags gets the newest alone. */
export async function* watchMetrics(
  { metrics }: { metrics: Pick<Sampler, "subscribe"> },
  names: readonly string[] | undefined,
  signal: AbortSignal,
): AsyncGenerator<MetricsTick> {
  const wanted = names && new Set(names);
  const changed = new Bell();
  const newest: { tick: MetricsTick | null } = { tick: null };
  const stop = metrics.subscribe((tick) => {
    newest.tick = tick;
    changed.ring();
  }, names);
  try {
    while (!signal.aborted) {
      await changed.wait(signal);
      if (newest.tick === null || signal.aborted) continue;
      const { at, samples } = newest.tick;
      yield { at, samples: wanted ? samples.filter(({ name }) => wanted.has(name)) : samples };
    }
  } finally {
    stop();
  }
}
