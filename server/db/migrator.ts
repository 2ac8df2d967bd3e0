import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { z } from "zod";

import { AppError } from "@/lib/errors";
import { packageRoot } from "../package-root";
import { ensurePrivateFile } from "./client";
import { migrationNames, NO_FILTER, openSchemaEngine, readMigrations } from "./schema-engine";

const appliedRowSchema = z.object({
  name: z.string(),
  checksum: z.string(),
  finished: z.coerce.boolean(),
});
type AppliedRow = z.infer<typeof appliedRowSchema>;

/**
 * Brings the database at `filePath` to the newest schema, making it if missing. Cheap where nothing is to be done: the
 * engine is only loaded when a migration is missing. Returns the names it applied.
 * Throws PRECONDITION where the database was made by a newer version, or an earlier migration failed or was edited since.
 */
export async function migrate(
  filePath: string,
  migrationsDirectory: string = join(packageRoot(), "prisma/migrations"),
): Promise<string[]> {
  ensurePrivateFile(filePath);
  const applied = await readApplied(filePath);
  const known = migrationNames(migrationsDirectory);
  refuseForeignHistory(applied, known, migrationsDirectory);
  const done = new Set(applied.map((row) => row.name));
  if (known.every((name) => done.has(name))) return [];

  const { engine, close } = await openSchemaEngine(filePath);
  try {
    const result = await engine.applyMigrations({
      migrationsList: readMigrations(migrationsDirectory),
      filters: NO_FILTER,
    });
    return result.appliedMigrationNames;
  } finally {
    await close();
  }
}

/** Rows of _prisma_migrations that were not rolled back; none where the table is not there yet. */
async function readApplied(filePath: string): Promise<AppliedRow[]> {
  const adapter = await new PrismaBetterSqlite3({ url: `file:${filePath}` }).connect();
  const query = async (sql: string) => (await adapter.queryRaw({ sql, args: [], argTypes: [] })).rows;
  try {
    const tables = await query("SELECT name FROM sqlite_master WHERE type = 'table' AND name = '_prisma_migrations'");
    if (tables.length === 0) return [];
    const rows = await query(
      "SELECT migration_name, checksum, finished_at IS NOT NULL FROM _prisma_migrations WHERE rolled_back_at IS NULL",
    );
    return rows.map(([name, checksum, finished]) => appliedRowSchema.parse({ name, checksum, finished }));
  } finally {
    await adapter.dispose();
  }
}

function refuseForeignHistory(applied: AppliedRow[], known: string[], directory: string): void {
  for (const row of applied) {
    if (!known.includes(row.name)) {
      throw new AppError(
        "PRECONDITION",
        `The database has the migration ${row.name}, which this version does not know.`,
        {
          hint: "It was used by a newer version of Machineroom. Install that version, or restore an older copy of the database.",
        },
      );
    }
    if (!row.finished) {
      throw new AppError("PRECONDITION", `The migration ${row.name} of the database did not finish.`, {
        hint: "Restore a copy of the database from before the update, then start again.",
      });
    }
    // Prisma's own checksum: SHA-256 of migration.sql.
    const sql = readFileSync(join(directory, row.name, "migration.sql"));
    if (createHash("sha256").update(sql).digest("hex") !== row.checksum) {
      throw new AppError("PRECONDITION", `The migration ${row.name} is not the one this database was made with.`, {
        hint: "Migrations are never edited once applied: restore the file, and add a new migration instead.",
      });
    }
  }
}
