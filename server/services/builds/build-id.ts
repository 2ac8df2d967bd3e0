import { randomBytes } from "node:crypto";
import { z } from "zod";

const MADE = /^([0-9a-z]{8})[0-9a-f]{6}$/;
const EARLIEST_MS = Date.UTC(2020);
const DAY_MS = 86_400_000;

/** Ids sort by time, and are part of a unit's name and of paths. */
export function newBuildId(): string {
  return Date.now().toString(36) + z.string().parse(randomBytes(3).toString("hex"));
}

/** Whether an id was made by newBuildId: it begins with a time that has been. What somebody else named so is not ours to remove. */
export function isMadeId(id: string): boolean {
  const madeAtMs = Number.parseInt(MADE.exec(id)?.[1] ?? "", 36);
  return madeAtMs >= EARLIEST_MS && madeAtMs <= Date.now() + DAY_MS;
}
