import { type BootTimes, bootTimes, type UnitTimes, unitTimes } from "@/lib/boot-graph";
import type { Job, MachineManager, UnitRow } from "@/server/systemd/machine-manager";

/** Everything of one boot at one moment, as systemd-analyze gathers it. */
export interface BootData {
  times: BootTimes;
  /** End of the boot on the clock, ISO-8601; null while it goes on. */
  finishedAt: string | null;
  /** Now, on the boot's own clock: µs as in `times`. */
  now: number;
  /** The unit behind default.target. */
  target: string;
  /** Its ActiveEnterTimestampMonotonic, raw. */
  targetReached: number;
  units: UnitTimes[];
  rows: Map<string, UnitRow>;
  /** Empty once the boot has finished: later jobs are not what it waited for. */
  jobs: Job[];
}

const DEFAULT_TARGET = "default.target";

/** Reads a machine's boot through its own bus, also while it goes on. */
export async function readBoot(manager: MachineManager): Promise<BootData> {
  const [stamps, rows, target, targetReached] = await Promise.all([
    manager.bootStamps(),
    manager.listAllUnits(),
    manager.unitId(DEFAULT_TARGET),
    manager.activeEnter(DEFAULT_TARGET),
  ]);
  const times = bootTimes(stamps);
  const [units, jobs] = await Promise.all([manager.unitStamps(rows), times.finish > 0 ? [] : manager.listJobs()]);
  return {
    times,
    finishedAt: stamps.finish > 0 ? stamps.finishedAt : null,
    now: Number(process.hrtime.bigint() / 1000n) - times.offset,
    target,
    targetReached,
    units: unitTimes(units, times),
    rows: new Map(rows.map((row) => [row.unit, row])),
    jobs,
  };
}
