import type { MetricsTick } from "@/lib/metrics";
import { Bell } from "../inside/bell";
import type { Sampler } from "./sampler";

/** What running machines use, now and every second until `signal` aborts; who lags gets the newest alone. */
export async function* watchMetrics(
  { metrics }: { metrics: Pick<Sampler, "subscribe" | "latest"> },
  names: readonly string[] | undefined,
  signal: AbortSignal,
): AsyncGenerator<MetricsTick> {
  const wanted = names && new Set(names);
  const changed = new Bell();
  let newest = metrics.latest();
  const stop = metrics.subscribe((tick) => {
    newest = tick;
    changed.ring();
  });
  try {
    if (newest) changed.ring();
    while (!signal.aborted) {
      await changed.wait(signal);
      if (newest === null || signal.aborted) continue;
      const { at, samples } = newest;
      yield { at, samples: wanted ? samples.filter(({ name }) => wanted.has(name)) : samples };
    }
  } finally {
    stop();
  }
}
