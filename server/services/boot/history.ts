import { z } from "zod";

import type { BlameEntry, BootComparison, BootHistoryRow, BootRecordRow } from "@/lib/boot";
import { markSlower } from "@/lib/boot-history";
import { AppError } from "@/lib/errors";
import type { Deps } from "../deps";

const SHOWN = 100;
const SLOWEST = 10;

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

/** As they are stored: the slowest units first, `[name, µs]`. */
export function packUnits(units: readonly BlameEntry[]): string {
  return JSON.stringify(units.map(({ unit, activatingUsec }) => [unit, activatingUsec]));
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
  const before = new Map(first.units.map((entry) => [entry.unit, entry.activatingUsec]));
  const after = new Map(second.units.map((entry) => [entry.unit, entry.activatingUsec]));
  const units = [...new Set([...before.keys(), ...after.keys()])].map((unit) => ({
    unit,
    aUsec: before.get(unit) ?? null,
    bUsec: after.get(unit) ?? null,
  }));
  const change = ({ aUsec, bUsec }: (typeof units)[number]) => Math.abs((bUsec ?? 0) - (aUsec ?? 0));
  return { a: first.row, b: second.row, units: units.sort((x, y) => change(y) - change(x)) };
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
