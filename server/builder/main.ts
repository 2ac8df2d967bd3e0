import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";

import { type BuildResult, buildIdSchema, buildSpecSchema } from "@/lib/build";
import { buildPlace, buildTree } from "@/lib/build-commands";
import { toBuildReason } from "@/lib/build-reasons";
import { AppError } from "@/lib/errors";
import { type BuildFiles, buildFiles } from "@/server/build-files";
import { placedWithoutResult } from "@/server/build-outcome";
import { readConfig } from "@/server/config";
import { readBuildHost } from "@/server/systemd/build-host";
import { CommandError, type PlacedFacts, runBuild } from "./build";
import { diagnose } from "./hints";
import { BuildRecords, writeResult } from "./records";
import { removeTree, waitForRoom } from "./tree";

/**
 * `machineroom builder ID` runs one recorded build in a unit of its own, which a restart of the api does not touch.
 * `machineroom builder ID --after` is run by the same unit when that has ended, however it ended: it removes what is left
 * and writes the result that a killed builder could not.
 */
async function main(): Promise<number> {
  const config = readConfig();
  const id = buildIdSchema.parse(process.argv[3]);
  const files = buildFiles(id, config);
  return process.argv[4] === "--after" ? after(id, files) : build(id, files, config.dataDir);
}

async function build(id: string, files: BuildFiles, dataDir: string): Promise<number> {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => stop.abort());
  const password = takePassword(files);
  const spec = buildSpecSchema.parse(JSON.parse(readFileSync(files.spec, "utf8")));
  const place = buildPlace(id, spec.options.name, dataDir);
  const host = await readBuildHost();
  const records = new BuildRecords(files);
  let placed: PlacedFacts | null = null;
  try {
    if (spec.options.rootLogin.kind === "password" && password === null) throw passwordLost();
    const runtimeDirectory = dirname(files.password);
    placed = await runBuild({ spec, host, place, records, password, runtimeDirectory, signal: stop.signal });
    records.info(`${spec.options.name} is ready.`);
    writeResult(files, success(placed));
    return 0;
  } catch (error) {
    // A machine that stands in its place is one, even if saying so fails at first.
    const result = placed ? success(placed) : failure(error, stop.signal.aborted);
    // First the room: a full disk takes no last line and no result.
    await removeTree(place.tree, host.btrfs).catch((problem: unknown) =>
      records.info(`Not removed: ${String(problem)}`),
    );
    await waitForRoom(files.directory, place.tree, host.btrfs);
    if (result.error) records.line("stderr", result.error.message);
    writeResult(files, result);
    return result.ok ? 0 : 1;
  } finally {
    records.close();
  }
}

function baseResult(): Omit<BuildResult, "ok"> {
  return {
    stopped: false,
    finishedAt: new Date().toISOString(),
    exitCode: null,
    sizeBytes: null,
    packages: null,
    error: null,
  };
}

function success(facts: Partial<PlacedFacts>): BuildResult {
  return { ...baseResult(), ok: true, exitCode: 0, ...facts };
}

function failure(error: unknown, stopped: boolean): BuildResult {
  if (stopped) {
    return {
      ...baseResult(),
      ok: false,
      stopped,
      error: { message: "The build was stopped.", hint: null, reason: null },
    };
  }
  const exitCode = error instanceof CommandError ? error.exitCode : null;
  const message = error instanceof Error ? error.message : String(error);
  const { hint, reason } = error instanceof AppError ? error : diagnose([message]);
  const told = { message, hint: hint ?? null, reason: toBuildReason(reason) };
  return { ...baseResult(), ok: false, exitCode, error: told };
}

function passwordLost(): AppError {
  return new AppError(
    "PRECONDITION",
    "Root's password is gone: it is kept in memory only, and the host was restarted.",
    {
      hint: "Run the build again with a password.",
    },
  );
}

/** Reads the password and removes its file at once. */
function takePassword(files: BuildFiles): string | null {
  try {
    return readFileSync(files.password, "utf8");
  } catch {
    return null;
  } finally {
    rmSync(files.password, { force: true });
  }
}

/** Runs after every end of the unit. There is nothing to do after an orderly one. The tree is known by the id alone. */
async function after(id: string, files: BuildFiles): Promise<number> {
  rmSync(files.password, { force: true });
  const result = existsSync(files.result) ? null : killedResult(id, files);
  const tree = buildTree(id);
  const host = await readBuildHost();
  try {
    // First the room: a full disk takes no result.
    await removeTree(tree, host.btrfs);
  } finally {
    if (result) {
      await waitForRoom(files.directory, tree, host.btrfs);
      writeResult(files, result);
    }
  }
  return 0;
}

/** The builder was killed: what can be known of its build. Null where its order is gone: the api has the machine's name. */
function killedResult(id: string, files: BuildFiles): BuildResult | null {
  const name = orderedName(files);
  if (name === null) return null;
  const { target } = buildPlace(id, name);
  const placed = placedWithoutResult(files, target);
  if (placed) return success({ sizeBytes: placed.sizeBytes });
  const { EXIT_STATUS: status, SERVICE_RESULT: outcome } = process.env;
  const how = status ?? outcome ?? "unknown";
  return {
    ...baseResult(),
    ok: false,
    // Told to end before it could listen, or killed because it took too long to (systemd.exec(5)).
    stopped: status === "TERM" || outcome === "timeout",
    error: {
      message: `The builder itself was ended (${how}).`,
      hint: "Look at the unit's journal: journalctl -u 'machineroom-build@*'. Was the host out of memory?",
      reason: null,
    },
  };
}

function orderedName(files: BuildFiles): string | null {
  try {
    return buildSpecSchema.parse(JSON.parse(readFileSync(files.spec, "utf8"))).options.name;
  } catch {
    return null;
  }
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    process.stderr.write(`machineroom builder: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
