import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { packageRoot } from "../package-root";
import { openDatabase } from "./client";
import { migrate } from "./migrator";

let directory: string;
let filePath: string;
let migrations: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "machineroom-migrate-"));
  filePath = join(directory, "test.db");
  migrations = join(directory, "migrations");
  cpSync(join(packageRoot(), "prisma/migrations"), migrations, { recursive: true });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("makes a private database, lets it go, and has nothing to do the second time", async () => {
  expect(await migrate(filePath, migrations)).toContain("0001_init");
  expect(statSync(filePath).mode & 0o777).toBe(0o600);
  const db = await openDatabase(filePath);
  expect(await db.user.count()).toBe(0);
  expect(await migrate(filePath, migrations)).toEqual([]);
  await db.$disconnect();
});

test("applies only what is missing", async () => {
  await migrate(filePath, migrations);
  mkdirSync(join(migrations, "9999_more"));
  writeFileSync(join(migrations, "9999_more/migration.sql"), 'CREATE TABLE "More" ("id" TEXT NOT NULL PRIMARY KEY);\n');
  expect(await migrate(filePath, migrations)).toEqual(["9999_more"]);
});

test("refuses a database of a newer version", async () => {
  mkdirSync(join(migrations, "9999_more"));
  writeFileSync(join(migrations, "9999_more/migration.sql"), 'CREATE TABLE "More" ("id" TEXT NOT NULL PRIMARY KEY);\n');
  await migrate(filePath, migrations);
  rmSync(join(migrations, "9999_more"), { recursive: true });
  await expect(migrate(filePath, migrations)).rejects.toMatchObject({ code: "PRECONDITION" });
});

test("refuses a migration that was edited after it was applied", async () => {
  await migrate(filePath, migrations);
  writeFileSync(join(migrations, "0001_init/migration.sql"), "SELECT 1;\n");
  await expect(migrate(filePath, migrations)).rejects.toMatchObject({ code: "PRECONDITION" });
});
