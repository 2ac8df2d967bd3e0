import { AppError } from "@/lib/errors";
import { publicUrl, readConfig } from "@/server/config";
import { openDatabase } from "@/server/db/client";
import { migrate } from "@/server/db/migrator";
import { createSetupToken } from "@/server/services/users/one-time-links";

const USAGE = "Usage: machineroom setup-link\n  Prints a new one-time link that makes the first account.\n";

/** `machineroom setup-link`: works beside a running api (SQLite in WAL mode), and before its first start. */
async function printSetupLink(): Promise<void> {
  const config = readConfig();
  await migrate(config.databasePath);
  const db = await openDatabase(config.databasePath);
  try {
    const token = await createSetupToken(db);
    process.stdout.write(`${publicUrl(config)}/setup?token=${token}\n`);
  } finally {
    await db.$disconnect();
  }
}

async function main(): Promise<number> {
  if (!process.argv.includes("setup-link")) {
    process.stderr.write(USAGE);
    return 2;
  }
  try {
    await printSetupLink();
    return 0;
  } catch (error) {
    if (error instanceof AppError) {
      process.stderr.write(`machineroom: ${error.message}\n${error.hint ? `${error.hint}\n` : ""}`);
    } else {
      const message = error instanceof Error ? error.message : String(error);
      process.stderr.write(`machineroom: ${message}\nThis needs root on the host Machineroom runs on.\n`);
    }
    return 1;
  }
}

// Whoever asked may be gone: `npm run up` that is stopped while it asks, say.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
process.exitCode = await main();
