// How the server's four programs are bundled, for the build and for development alike.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "./source-hash.mjs";

const ENTRIES = {
  api: "server/api/main.ts",
  web: "server/web/main.ts",
  builder: "server/builder/main.ts",
  cli: "server/cli/main.ts",
};

/** [bundle name, source] of every program whose source exists. */
export const presentEntries = () => Object.entries(ENTRIES).filter(([, source]) => existsSync(join(ROOT, source)));

const require = createRequire(import.meta.url);

/** xterm.js is CommonJS whose names Node cannot see from an ES module: it is taken into the bundle. */
const bundleXterm = {
  name: "bundle-xterm",
  setup(build) {
    build.onResolve({ filter: /^@xterm\// }, ({ path }) => ({ path: require.resolve(path) }));
  },
};

/** Packages stay outside: several load native code or files beside them. */
export const bundleOptions = () => ({
  absWorkingDir: ROOT,
  entryPoints: presentEntries().map(([out, source]) => ({ in: source, out })),
  outdir: "dist",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  packages: "external",
  plugins: [bundleXterm],
  sourcemap: true,
  logLevel: "warning",
});
