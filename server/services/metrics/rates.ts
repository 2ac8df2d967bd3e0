import type { Measure, MetricSample, MissingReason } from "@/lib/metrics";
import type { MachineCounters } from "@/server/systemd/machine-counters";

/** Two readings closer than this say nothing of a rate. */
const MIN_ELAPSED_SEC = 0.05;

/** One run of a machine: with another leader every counter begins anew. */
export interface Run {
  name: string;
  leaderPid: number;
}

interface Before {
  leaderPid: number;
  counters: MachineCounters;
}

/** Makes rates of counters: of each machine it keeps the reading before. */
export class RateTracker {
  readonly #before = new Map<string, Before>();

  /** What happened since the reading before; rates are null where there is none, or its counter went back. */
  next({ name, leaderPid }: Run, counters: MachineCounters): MetricSample {
    const known = this.#before.get(name);
    this.#before.set(name, { leaderPid, counters });
    return toSample(name, known?.leaderPid === leaderPid ? known.counters : null, counters);
  }

  /** Forgets every machine but these. */
  keep(names: ReadonlySet<string>): void {
    for (const name of this.#before.keys()) if (!names.has(name)) this.#before.delete(name);
  }
}

export function toSample(name: string, before: MachineCounters | null, now: MachineCounters): MetricSample {
  const elapsedSec = before ? (now.atMs - before.atMs) / 1000 : 0;
  const rate = (key: RateKey) => rateOf(before?.[key] ?? null, now[key], elapsedSec);
  const cpu = rate("cpuUsageUsec");
  const sample: MetricSample = {
    name,
    cpuPercent: cpu === null ? null : round(cpu / 1e4, 2),
    memoryBytes: now.memoryBytes,
    tasks: now.tasks,
    ioReadBytesPerSec: round(rate("ioReadBytes")),
    ioWriteBytesPerSec: round(rate("ioWriteBytes")),
    netRxBytesPerSec: round(rate("netRxBytes")),
    netTxBytesPerSec: round(rate("netTxBytes")),
    missing: { ...now.missing },
  };
  markPending(sample, "cpu", sample.cpuPercent);
  markPending(sample, "io", sample.ioReadBytesPerSec);
  markPending(sample, "net", sample.netRxBytesPerSec);
  return sample;
}

type RateKey = "cpuUsageUsec" | "ioReadBytes" | "ioWriteBytes" | "netRxBytes" | "netTxBytes";

function rateOf(before: number | null, now: number | null, elapsedSec: number): number | null {
  if (before === null || now === null || now < before || elapsedSec < MIN_ELAPSED_SEC) return null;
  return (now - before) / elapsedSec;
}

function markPending({ missing }: MetricSample, measure: Measure, value: number | null): void {
  if (value === null) missing[measure] ??= "pending" satisfies MissingReason;
}

function round(value: number | null, digits = 0): number | null {
  if (value === null) return null;
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
