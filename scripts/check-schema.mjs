// Fails where prisma/schema.prisma and prisma/migrations do not agree.
// `node scripts/check-schema.mjs --create NAME` writes the migration that makes them agree.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const cache = join(root, "node_modules/.cache");
mkdirSync(cache, { recursive: true });
const work = mkdtempSync(join(cache, "check-schema-"));

async function loadEngine() {
  const outfile = join(work, "schema-engine.mjs");
  await build({
    entryPoints: [join(root, "server/db/schema-engine.ts")],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "warning",
  });
  return import(pathToFileURL(outfile).href);
}

/** The SQL that leads from the migrations to the schema; "" where they agree. */
async function difference() {
  const { openSchemaEngine, readMigrations, NO_FILTER } = await loadEngine();
  const content = readFileSync(join(root, "prisma/schema.prisma"), "utf8");
  const { engine, close } = await openSchemaEngine(join(work, "shadow.db"), content);
  const { exitCode, stdout } = await engine.diff({
    from: { tag: "migrations", ...readMigrations(join(root, "prisma/migrations")) },
    to: { tag: "schemaDatamodel", files: [{ path: "schema.prisma", content }] },
    script: true,
    exitCode: true,
    filters: NO_FILTER,
  });
  await close();
  return exitCode === 0 ? "" : (stdout ?? "");
}

async function main() {
  const sql = await difference();
  const name = process.argv[2] === "--create" ? process.argv[3] : undefined;
  if (sql === "") {
    console.log("The Prisma schema and its migrations agree.");
    return 0;
  }
  if (name === undefined) {
    console.error(`The Prisma schema and its migrations do not agree. Missing:\n\n${sql}`);
    console.error("Write it with: node scripts/check-schema.mjs --create NNNN_what_changes");
    return 1;
  }
  if (!/^[0-9]{4}_[a-z0-9_]+$/.test(name)) throw new Error("A migration is named like 0002_what_changes.");
  const directory = join(root, "prisma/migrations", name);
  mkdirSync(directory);
  writeFileSync(join(directory, "migration.sql"), sql);
  console.log(`Wrote prisma/migrations/${name}/migration.sql. Read it before you commit it.`);
  return 0;
}

try {
  process.exitCode = await main();
} finally {
  rmSync(work, { recursive: true, force: true });
}
