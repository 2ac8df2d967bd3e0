import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type { MigrationList, SchemaEngine } from "@prisma/schema-engine-wasm";

/** Nothing in the database is managed by somebody else. */
export const NO_FILTER = { externalTables: [], externalEnums: [] };

export interface OpenSchemaEngine {
  engine: SchemaEngine;
  /** The engine locks the database exclusively and never lets go by itself: nobody else can use it until then. */
  close(): Promise<void>;
}

/**
 * Prisma's schema engine as WebAssembly, over the better-sqlite3 adapter: Prisma's own migrations without its native binary,
 * which would have to be downloaded. Loading it takes some 100 ms and 20 MiB, so callers check first whether they need it.
 */
export async function openSchemaEngine(filePath: string, schemaText?: string): Promise<OpenSchemaEngine> {
  engineModule ??= loadEngine();
  const engine = await engineModule;
  const { factory, dispose } = adapterFactory(filePath);
  const adapter = bindMigrationAwareSqlAdapterFactory(factory);
  const datamodels: [string, string][] | undefined =
    schemaText === undefined ? undefined : [["schema.prisma", schemaText]];
  const schemaEngine = await engine.SchemaEngine.new({ datamodels }, () => undefined, adapter);
  return {
    engine: schemaEngine,
    async close() {
      schemaEngine.free();
      await dispose();
    },
  };
}

/** Once a process: the glue code keeps one instance's memory, and a second one would be read through the first's. */
let engineModule: ReturnType<typeof loadEngine> | undefined;

async function loadEngine() {
  const engine = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const wasmPath = join(
    createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm"),
    "../schema_engine_bg.wasm",
  );
  // The package's main file imports the .wasm as a module, which Node 20 does not do; this is what it would do.
  const { instance } = await WebAssembly.instantiate(readFileSync(wasmPath), {
    "./schema_engine_bg.js": engine as unknown as WebAssembly.ModuleImports,
  });
  const glue = engine as unknown as { __wbg_set_wasm(exports: WebAssembly.Exports): void };
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports["__wbindgen_start"] as () => void)();
  return engine;
}

/**
 * The engine replays migrations on the shadow database with `executeRaw`, a whole file at once, which better-sqlite3 refuses
 * ("more than one statement", adapter 7.10); `executeScript` takes them.
 */
function adapterFactory(filePath: string): { factory: PrismaBetterSqlite3; dispose(): Promise<void> } {
  const factory = new PrismaBetterSqlite3({ url: `file:${filePath}` }, { shadowDatabaseUrl: ":memory:" });
  const opened: { dispose(): Promise<void> }[] = [];
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    opened.push(adapter);
    return adapter;
  };
  const connectToShadowDb = factory.connectToShadowDb.bind(factory);
  factory.connectToShadowDb = async () => {
    const shadow = await connectToShadowDb();
    const executeRaw = shadow.executeRaw.bind(shadow);
    shadow.executeRaw = async (query) => {
      if (query.args.length > 0) return executeRaw(query);
      await shadow.executeScript(query.sql);
      return 0;
    };
    return shadow;
  };
  return {
    factory,
    async dispose() {
      for (const adapter of opened) await adapter.dispose();
    },
  };
}

/** Names of the migrations in `directory` (prisma/migrations), in the order they apply. */
export function migrationNames(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** The migrations of `directory` as the engine takes them. */
export function readMigrations(directory: string): MigrationList {
  const lockfile = join(directory, "migration_lock.toml");
  return {
    baseDir: directory,
    lockfile: {
      path: "migration_lock.toml",
      content: existsSync(lockfile) ? readFileSync(lockfile, "utf8") : null,
    },
    shadowDbInitScript: "",
    migrationDirectories: migrationNames(directory).map((name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok", value: readFileSync(join(directory, name, "migration.sql"), "utf8") },
      },
    })),
  };
}
