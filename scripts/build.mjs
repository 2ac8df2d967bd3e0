// Builds what is served: the Prisma client, the server bundles (dist/) and the pages (.next/). Each step is skipped when
// the sources it reads are unchanged. `--only=server` or `--only=pages` builds a part; `--only=bench` and `--only=vm` what
// `npm run bench` and `npm run test:vm` run.
import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { benchOptions, bundleOptions, presentEntries, vmOptions } from "./server-bundles.mjs";
import { hashOf, isFresh, ROOT, stamp } from "./source-hash.mjs";

const STATIC = join(ROOT, ".next", "static");
const LOCK = join(ROOT, "dist", ".lock");
const only = process.argv.find((argument) => argument.startsWith("--only="))?.slice("--only=".length);

/** Two builds in one checkout would write over each other; the second waits. */
async function takeLock() {
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  for (let waited = 0; waited < 600; waited += 1) {
    try {
      const file = openSync(LOCK, "wx");
      writeSync(file, String(process.pid));
      closeSync(file);
      process.on("exit", () => rmSync(LOCK, { force: true }));
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (holderIsGone()) rmSync(LOCK, { force: true });
      else await sleep(500);
    }
  }
  throw new Error("another build has held dist/.lock for five minutes");
}

function holderIsGone() {
  try {
    const pid = Number(readFileSync(LOCK, "utf8"));
    return pid > 0 && !existsSync(`/proc/${pid}`);
  } catch {
    return false;
  }
}

function run(file, args, timeout) {
  const { status, signal } = spawnSync(process.execPath, [file, ...args], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    timeout,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
  });
  if (status !== 0) throw new Error(`${file} ${args.join(" ")}: ${signal ?? `exit ${status}`}`);
}

async function buildProgram(options) {
  const { build } = await import("esbuild");
  await build(options);
}

async function buildServer() {
  const hash = hashOf([
    "server",
    "lib",
    "messages",
    "prisma/schema.prisma",
    "package-lock.json",
    "tsconfig.json",
    "scripts/server-bundles.mjs",
  ]);
  const entries = presentEntries();
  if (entries.length === 0 || isFresh("server", hash, `dist/${entries[0][0]}.js`)) return;
  const { build } = await import("esbuild");
  await build(bundleOptions());
  stamp("server", hash);
  console.log(`build: ${entries.map(([out]) => `dist/${out}.js`).join(" ")}`);
}

function buildPages() {
  const sources = [
    "app",
    "components",
    "lib",
    "messages",
    "public",
    "next.config.js",
    "postcss.config.mjs",
    "tsconfig.json",
  ];
  const hash = hashOf([...sources, "package-lock.json", "scripts/build.mjs"]);
  if (!existsSync(join(ROOT, "app/layout.tsx")) || isFresh("pages", hash, ".next/BUILD_ID")) return;
  run("node_modules/next/dist/bin/next", ["build"], 600_000);
  compressScripts();
  stamp("pages", hash);
}

/** Once here instead of for every page that loads; server/web/compressed-files.ts serves them. */
function compressScripts() {
  const names = readdirSync(STATIC, { recursive: true });
  for (const name of names.filter((one) => /\.(?:js|css)$/.test(one))) {
    const file = join(STATIC, name);
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  }
}

try {
  await takeLock();
  run("scripts/generate.mjs", [], 180_000);
  if (only === undefined || only === "server") await buildServer();
  if (only === undefined || only === "pages") buildPages();
  if (only === "bench") await buildProgram(benchOptions());
  if (only === "vm") await buildProgram(vmOptions());
} catch (error) {
  console.error(`build: ${error.message}`);
  process.exitCode = 1;
}
