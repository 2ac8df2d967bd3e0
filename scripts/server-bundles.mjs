// How the server's programs are bundled, for the build and for development alike.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./source-hash.mjs";

const ENTRIES = {
  api: "server/api/main.ts",
  web: "server/web/main.ts",
  builder: "server/builder/main.ts",
  cli: "server/cli/main.ts",
  "cgroup-worker": "server/systemd/cgroup-worker.ts",
};

/** [bundle name, source] of every program whose source exists. */
export const presentEntries = () => Object.entries(ENTRIES).filter(([, source]) => existsSync(join(ROOT, source)));

/** Native code and WebAssembly lie beside their own files; Next.js is a program of its own. */
const EXTERNAL = [
  "better-sqlite3",
  "node-pty",
  "next",
  "@prisma/client/runtime/*",
  "@prisma/schema-engine-wasm",
  "@prisma/schema-engine-wasm/*",
];

/**
 * Everything else is taken in: finding and reading hundreds of small files is most of a start otherwise.
 * @returns {import("esbuild").BuildOptions}
 */
export const bundleOptions = () => ({
  absWorkingDir: ROOT,
  entryPoints: presentEntries().map(([out, source]) => ({ in: source, out })),
  outdir: "dist",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  external: EXTERNAL,
  // Packages in CommonJS ask for Node's own modules by require().
  banner: {
    js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
  },
  legalComments: "none",
  logLevel: "warning",
});

/** What `npm run bench` runs in the lab. */
export const benchOptions = () => ({
  ...bundleOptions(),
  entryPoints: [{ in: "scripts/bench/main.ts", out: "bench" }],
  external: [...EXTERNAL, "@playwright/test"],
});

/** What `npm run test:vm` runs in the virtual machine: a file of its own, with nothing beside it. */
export const vmOptions = () => ({
  ...bundleOptions(),
  entryPoints: [{ in: "lab/vm-check.ts", out: "vm-check" }],
  external: [],
});
