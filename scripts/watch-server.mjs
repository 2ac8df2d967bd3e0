// For `npm run dev`: serves the pages, rebuilds the server's programs when their sources change, and starts again what has
// changed: the web process itself, the api by the command it was given.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { context } from "esbuild";
import { bundleOptions } from "./server-bundles.mjs";
import { ROOT } from "./source-hash.mjs";

const WEB = join(ROOT, "dist/web.js");
const [command, ...args] = process.argv.slice(2);
let web = null;

function startWeb() {
  const child = spawn(process.execPath, [WEB], { stdio: ["ignore", "inherit", "inherit"] });
  web = child;
  child.on("exit", (code, signal) => {
    if (web === child)
      console.error(`dev: the web process ended (${signal ?? code}); it starts again when it is changed`);
  });
}

async function stopWeb() {
  const child = web;
  web = null;
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

const restarts = {
  api: async () => void spawn(command, args, { stdio: "inherit", timeout: 60_000 }),
  web: async () => {
    await stopWeb();
    startWeb();
  },
};
/** Starts its thread anew. */
restarts["cgroup-worker"] = restarts.api;

const hashOf = (name) =>
  createHash("sha256")
    .update(readFileSync(join(ROOT, `dist/${name}.js`)))
    .digest("hex");
const hashes = new Map(Object.keys(restarts).map((name) => [name, hashOf(name)]));

/** One change may touch both programs, or a file that only tests read. */
async function restartChanged() {
  for (const [name, restart] of Object.entries(restarts)) {
    const hash = hashOf(name);
    if (hashes.get(name) === hash) continue;
    hashes.set(name, hash);
    console.log(`dev: ${name} rebuilt, starting it again`);
    await restart();
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, async () => {
    await stopWeb();
    process.exit(0);
  });
}

startWeb();
const watcher = await context({
  ...bundleOptions(),
  plugins: [
    { name: "restart", setup: (build) => build.onEnd(({ errors }) => errors.length === 0 && restartChanged()) },
  ],
});
await watcher.watch();
