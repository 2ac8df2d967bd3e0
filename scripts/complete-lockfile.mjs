#!/usr/bin/env node
// `npm ci` refuses a lock file that lacks an optional dependency, even one for another platform. A registry that is
// itself a mirror may not hold those packages, and then `npm install` silently leaves them out of the lock file.
// This adds the entries npm would have written (name, version, os, cpu, libc): they are never fetched on a platform
// they are not for. Run it after `npm install`; it changes nothing when nothing is missing.
import { readFileSync, writeFileSync } from "node:fs";

const OSES = ["android", "darwin", "freebsd", "openbsd", "netbsd", "sunos", "aix", "win32", "linux", "openharmony"];
const CPUS = ["arm64", "x64", "ia32", "arm", "ppc64", "s390x", "riscv64", "loong64", "mips64el", "wasm32"];

/** The platform fields npm derives from a package's manifest, read from the customary name suffix instead. */
function platformOf(name) {
  const parts = name.split("/").at(-1).split("-");
  const os = OSES.find((candidate) => parts.includes(candidate));
  const cpu = CPUS.find((candidate) =>
    parts.some((part) => part === candidate || (candidate === "arm" && part === "armv7")),
  );
  if (!cpu) throw new Error(`cannot tell the platform of ${name}: add it to the lock file by hand`);
  const libc =
    os !== "linux"
      ? undefined
      : parts.some((part) => part.startsWith("musl"))
        ? "musl"
        : parts.some((part) => part.startsWith("gnu"))
          ? "glibc"
          : undefined;
  return { cpu: [cpu], ...(libc ? { libc: [libc] } : {}), ...(os ? { os: [os] } : {}) };
}

const path = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8"));
let added = 0;
for (const [at, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${at}/node_modules/${name}`;
    const hoisted = `node_modules/${name}`;
    if (lock.packages[nested] || lock.packages[hoisted]) continue;
    lock.packages[hoisted] = {
      version,
      ...platformOf(name),
      ...(entry.dev ? { dev: true } : {}),
      license: entry.license,
      optional: true,
    };
    added += 1;
  }
}
if (added) {
  const { "": root, ...rest } = lock.packages;
  lock.packages = { "": root, ...Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))) };
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
}
console.log(`lock file: ${added} entries added for other platforms`);
