import { chmodSync, mkdirSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import type { Logger } from "pino";

import { type Config, publicUrl, readConfig } from "@/server/config";
import { type Database, openDatabase } from "@/server/db/client";
import { migrate } from "@/server/db/migrator";
import { createLogger } from "@/server/logger";
import { AuditLog } from "@/server/services/audit/audit-log";
import { createBootRecorder } from "@/server/services/boot/recorder";
import { createBuildRegistry } from "@/server/services/builds/build-registry";
import { JournalHub } from "@/server/services/journal/journal-hub";
import { createMetrics } from "@/server/services/metrics/metrics";
import { createRecordingRegistry } from "@/server/services/recordings/recording-registry";
import { createTerminalRegistry } from "@/server/services/terminals/terminal-registry";
import { createSetupToken } from "@/server/services/users/one-time-links";
import { createWorld, type World } from "@/server/services/world/world";
import { connectHostSystem, type HostSystem } from "@/server/systemd/host-system";
import { createAuth } from "./auth";
import { readAuthSecret } from "./auth-secret";
import { createApiServer } from "./http-server";
import { SignInLimiter } from "./sign-in-limiter";

/** systemd would wait longer, but a person who restarts the service would not. */
const STOP_DEADLINE_MS = 4500;

async function main(): Promise<void> {
  const config = readConfig();
  const log = createLogger(config.logLevel);
  if (await answers(config.apiSocket)) throw new Error(`another api is listening on ${config.apiSocket}`);
  // Neither needs the other, and each waits for something.
  const [db, { system, world }] = await Promise.all([prepareDatabase(config, log), followHost(log)]);
  const terminals = createTerminalRegistry({ system, log, idleTimeoutMs: config.terminalIdleMs });
  const recordings = createRecordingRegistry({
    log,
    directory: join(config.dataDir, "recordings"),
    limitBytes: config.recordingMaxBytes,
    kept: config.recordingsKept,
    keptMs: config.recordingsKeptMs,
  });
  const builds = createBuildRegistry({ ...config, system, db, log, world });
  await builds.start();
  const boots = createBootRecorder({ system, db, log, world });
  boots.start();
  const metrics = createMetrics({ db, log, world });
  metrics.start();
  const journals = new JournalHub({ world });
  const audit = new AuditLog({ db, log, maxEntries: config.auditMaxEntries });
  const auth = createAuth({
    db,
    databasePath: config.databasePath,
    audit,
    secret: readAuthSecret(config.dataDir),
    publicOrigins: config.publicOrigins,
    limiter: new SignInLimiter(),
  });
  const services = { log, db, system, world, terminals, recordings, builds, boots, metrics, journals, audit };
  const api = createApiServer({ config, deps: services, auth });
  await listen(api.server, config.apiSocket);
  log.info({ socket: config.apiSocket, version: config.version }, "listening");
  await notifyReady(system, log);
  await printSetupLink(db, config, log);

  stopOnSignals(log, async () => {
    await terminals.close();
    await recordings.close();
    await api.close();
    await builds.close();
    boots.close();
    metrics.close();
    journals.close();
    world.close();
    await system.close();
    await db.$disconnect();
  });
}

async function prepareDatabase(config: Config, log: Logger): Promise<Database> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const applied = await migrate(config.databasePath);
  if (applied.length > 0) log.info({ migrations: applied }, "database migrated");
  return openDatabase(config.databasePath);
}

async function followHost(log: Logger): Promise<{ system: HostSystem; world: World }> {
  const system = await connectHostSystem({ log });
  const world = createWorld({ system, log });
  await world.start();
  return { system, world };
}

/** Listens on the unix socket: mode 0660, the group the process runs with. A leftover of a killed api is replaced. */
async function listen(server: Server, path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
  rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
  });
  chmodSync(path, 0o660);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** At first start the journal tells how to make the first account. */
async function printSetupLink(db: Database, config: Config, log: Logger): Promise<void> {
  if ((await db.user.count()) > 0) return;
  const token = await createSetupToken(db);
  log.info(`Open this link within an hour to make the first account: ${publicUrl(config)}/setup?token=${token}`);
}

/** sd_notify(3) READY=1, where systemd started us. */
async function notifyReady(system: HostSystem, log: Logger): Promise<void> {
  const socket = process.env["NOTIFY_SOCKET"];
  if (socket === undefined) return;
  const result = await system.run(["/usr/bin/systemd-notify", "--ready"], {
    timeoutMs: 5000,
    env: { NOTIFY_SOCKET: socket },
  });
  if (result.exitCode !== 0) log.warn({ stderr: String(result.stderr) }, "systemd was not told that the api is ready");
}

function stopOnSignals(log: Logger, stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, "stopping");
    setTimeout(() => process.exit(0), STOP_DEADLINE_MS).unref();
    stop()
      .catch((error: unknown) => log.error({ err: error }, "stopping failed"))
      .finally(() => process.exit(0));
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

main().catch((error: unknown) => {
  createLogger("info").fatal({ err: error }, "the api could not start");
  process.exit(1);
});
