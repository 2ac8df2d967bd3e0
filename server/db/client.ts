import { closeSync, openSync } from "node:fs";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";

import { PrismaClient } from "./generated/client";

export type Database = PrismaClient;

/** Opens the SQLite database at `filePath` (`migrate` it first) in WAL mode. Made 0600 if new: it holds sessions and password hashes. */
export async function openDatabase(filePath: string): Promise<Database> {
  ensurePrivateFile(filePath);
  const db = new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: `file:${filePath}`, timeout: 5000 }) });
  // Readers (a second process: `machineroom setup-link`) never wait for a writer; NORMAL is durable enough in WAL mode.
  await db.$queryRawUnsafe("PRAGMA journal_mode = WAL");
  await db.$queryRawUnsafe("PRAGMA synchronous = NORMAL");
  return db;
}

/** SQLite gives its -wal and -shm files the mode of the database file. */
export function ensurePrivateFile(filePath: string): void {
  closeSync(openSync(filePath, "a", 0o600));
}
