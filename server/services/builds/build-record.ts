import { readFile } from "node:fs/promises";
import { z } from "zod";

import {
  type Build,
  type BuildFailure,
  type BuildResult,
  type BuildStatus,
  buildOptionsSchema,
  buildPackagesSchema,
  buildResultSchema,
  buildStateSchema,
  buildStatusSchema,
  buildStepSchema,
} from "@/lib/build";
import { toBuildReason } from "@/lib/build-reasons";
import type { BuildFiles } from "@/server/build-files";
import type { Database } from "@/server/db/client";

type BuildRow = NonNullable<Awaited<ReturnType<Database["build"]["findUnique"]>>>;

/** The next build to start comes first. */
export const QUEUE_ORDER = [{ createdAt: "asc" as const }, { id: "asc" as const }];

/** A row of the database as the api tells it; `queue` are the ids that wait, the next one first. */
export function toBuild(row: BuildRow, queue: readonly string[]): Build {
  const options = buildOptionsSchema.parse(JSON.parse(row.optionsJson));
  return {
    id: row.id,
    name: row.name,
    recipe: options.recipe,
    options: withoutUndefined(options),
    state: buildStateSchema.parse(row.state),
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    durationMs: row.startedAt && row.finishedAt ? row.finishedAt.getTime() - row.startedAt.getTime() : null,
    exitCode: row.exitCode,
    sizeBytes: row.sizeBytes === null ? null : Number(row.sizeBytes),
    packages: row.packagesJson === null ? null : buildPackagesSchema.parse(JSON.parse(row.packagesJson)),
    commands: z.array(z.string()).parse(JSON.parse(row.commandsJson)),
    steps: z.array(buildStepSchema).parse(JSON.parse(row.stepsJson)),
    startedBy: row.startedBy,
    error: row.errorMessage === null ? null : errorOf(row.errorMessage, row),
    queuePosition: row.state === "queued" ? queue.indexOf(row.id) + 1 : null,
  };
}

function errorOf(message: string, row: Pick<BuildRow, "errorHint" | "errorReason">): BuildFailure {
  return { message, hint: row.errorHint, reason: toBuildReason(row.errorReason) };
}

/** zod gives optional fields the type `| undefined`; JSON never holds one. */
export function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return JSON.parse(JSON.stringify(value));
}

/** Null while the builder has not written it yet. */
export function readStatus(files: BuildFiles): Promise<BuildStatus | null> {
  return readJson(files.status, buildStatusSchema);
}

/** Null where the builder has not ended, or ended without a word. */
export function readResult(files: BuildFiles): Promise<BuildResult | null> {
  return readJson(files.result, buildResultSchema);
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return null;
  }
}
