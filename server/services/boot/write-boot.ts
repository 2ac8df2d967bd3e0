import { bootSpans, targetTime } from "@/lib/boot-graph";
import type { Database } from "@/server/db/client";
import { type LinkDeps, withManager } from "../inside/machine-link";
import { blameOf, failedUnits } from "./analyse";
import { packUnits } from "./history";
import { type BootData, readBoot } from "./read-boot";

const KEEP_BOOTS = 200;
const KEEP_DAYS = 400;
const DAY_MS = 86_400_000;

/** One start of a machine. */
export interface Start {
  name: string;
  leaderPid: number;
}

/** Writes down a boot that has finished. False where there is nothing to write: the machine has started again meanwhile. */
export async function writeBoot(
  options: LinkDeps & { db: Database },
  { name, leaderPid }: Start,
  bootId: string,
): Promise<boolean> {
  const data = await withManager(options, name, async (manager, machine) =>
    machine.leaderPid === leaderPid ? readBoot(manager) : null,
  );
  if (data === null || data.finishedAt === null) return false;
  const { times, finishedAt, target, targetReached } = data;
  const targetUsec = targetTime(times, targetReached);
  const ofBoot = unitsOfBoot(data);
  const boot = {
    at: new Date(finishedAt),
    userspaceUsec: BigInt(bootSpans(times).userspace),
    target,
    targetUsec: targetUsec === null ? null : BigInt(targetUsec),
    failed: failedUnits(ofBoot).length,
    unitsJson: packUnits(blameOf(ofBoot)),
  };
  const key = { machine: name, bootId };
  await options.db.bootRecord.upsert({ where: { machine_bootId: key }, create: { ...key, ...boot }, update: {} });
  await prune(options.db, name);
  return true;
}

async function prune(db: Database, machine: string): Promise<void> {
  const newest = { orderBy: [{ at: "desc" as const }, { id: "desc" as const }], select: { id: true } };
  const beyond = await db.bootRecord.findMany({ where: { machine }, ...newest, skip: KEEP_BOOTS });
  await db.bootRecord.deleteMany({ where: { id: { in: beyond.map(({ id }) => id) } } });
  await db.bootRecord.deleteMany({ where: { at: { lt: new Date(Date.now() - KEEP_DAYS * DAY_MS) } } });
}

/** What is written down of a boot: of the units that were started in it, and not of those that were (again) since. */
export function unitsOfBoot({ times, units, rows }: Pick<BootData, "times" | "units" | "rows">) {
  const later = new Set(units.filter((unit) => unit.activating > times.finish).map(({ unit }) => unit));
  return {
    units: units.filter(({ unit }) => !later.has(unit)),
    rows: new Map([...rows].filter(([unit]) => !later.has(unit))),
  };
}
