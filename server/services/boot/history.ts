import { z } from "zod";

import type { BlameEntry, BootComparison, BootHistoryRow, BootRecordRow } from "@/lib/boot";
import { markSlower } from "@/lib/boot-history";
import { AppError } from "@/lib/errors";
import type { Deps } from "../deps";

const SHOWN = 100;
const SLOWEST = 10;
/** Units recorded of a boot, the slowest. */
const KEEP_UNITS = 150;

const unitsSchema = z.array(z.tuple([z.string(), z.number()]));

interface StoredBoot {
  bootId: string;
  at: Date;
  userspaceUsec: bigint;
  target: string;
  targetUsec: bigint | null;
  failed: number;
  unitsJson: string;
}

/** As they are stored: the slowest units first, `[name, µs]`, and no more than are kept. */
export function packUnits(units: readonly BlameEntry[]): string {
  return JSON.stringify(units.slice(0, KEEP_UNITS).map(({ unit, activatingUsec }) => [unit, activatingUsec]));
}

function unpackUnits(json: string): BlameEntry[] {
  return unitsSchema.parse(JSON.parse(json)).map(([unit, activatingUsec]) => ({ unit, activatingUsec }));
}

function toRow(stored: StoredBoot, units: readonly BlameEntry[]): BootRecordRow {
  return {
    bootId: stored.bootId,
    at: stored.at.toISOString(),
    userspaceUsec: Number(stored.userspaceUsec),
    target: stored.target,
    targetUsec: stored.targetUsec === null ? null : Number(stored.targetUsec),
    failed: stored.failed,
    slowest: units.slice(0, SLOWEST),
  };
}

/** The recorded boots of a name, newest first; also of a machine that is stopped, or was removed. */
export async function readHistory({ db }: Pick<Deps, "db">, machine: string): Promise<BootHistoryRow[]> {
  const stored = await db.bootRecord.findMany({
    where: { machine },
    orderBy: [{ at: "desc" }, { id: "desc" }],
    take: SHOWN,
  });
  return markSlower(stored.map((boot) => toRow(boot, unpackUnits(boot.unitsJson))));
}

/** Two boots of a machine, unit by unit. Errors: NOT_FOUND. */
export async function compareBoots(
  { db }: Pick<Deps, "db">,
  { name, a, b }: { name: string; a: string; b: string },
): Promise<BootComparison> {
  const [first, second] = await Promise.all([a, b].map((bootId) => findBoot(db, name, bootId)));
  if (!first || !second) throw new AppError("INTERNAL", "Two boots were asked for and not found.");
  const before = timesOf(first.units);
  const after = timesOf(second.units);
  const units = [...new Set([...before.usecs.keys(), ...after.usecs.keys()])].map((unit) => ({
    unit,
    aUsec: before.usecs.get(unit) ?? null,
    bUsec: after.usecs.get(unit) ?? null,
  }));
  const change = ({ aUsec, bUsec }: (typeof units)[number]) =>
    Math.abs((bUsec ?? after.unknownUsec) - (aUsec ?? before.unknownUsec));
  return {
    a: first.row,
    b: second.row,
    aCutOff: before.cutOff,
    bCutOff: after.cutOff,
    units: units.sort((x, y) => change(y) - change(x)),
  };
}

/** Of a unit that is not recorded nothing is known but that it took no longer than the last one that is. */
function timesOf(units: readonly BlameEntry[]) {
  const cutOff = units.length >= KEEP_UNITS;
  return {
    usecs: new Map(units.map((entry) => [entry.unit, entry.activatingUsec])),
    cutOff,
    unknownUsec: cutOff ? (units.at(-1)?.activatingUsec ?? 0) : 0,
  };
}

async function findBoot(db: Deps["db"], machine: string, bootId: string) {
  const stored = await db.bootRecord.findUnique({ where: { machine_bootId: { machine, bootId } } });
  if (!stored) {
    throw new AppError("NOT_FOUND", `No boot ${bootId} of ${machine} is recorded.`, {
      hint: "Only the last boots are kept. Choose another one.",
    });
  }
  const units = unpackUnits(stored.unitsJson);
  return { row: toRow(stored, units), units };
}
