import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Database, openDatabase } from "./client";
import { migrate } from "./migrator";

export interface TestDatabase {
  db: Database;
  filePath: string;
  remove(): Promise<void>;
}

/** A migrated database of its own, for one test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const directory = mkdtempSync(join(tmpdir(), "machineroom-db-"));
  const filePath = join(directory, "test.db");
  await migrate(filePath);
  const db = await openDatabase(filePath);
  return {
    db,
    filePath,
    async remove() {
      await db.$disconnect();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
