import { BlockList, isIP } from "node:net";
import { join } from "node:path";
import { z } from "zod";

import { absolutePathSchema } from "@/lib/names";
import { packageVersion } from "./package-root";

/** "https://machines.example, http://10.0.0.1:8470" → origins as browsers send them. */
const originListSchema = z
  .string()
  .default("")
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ""))
  .pipe(
    z.array(
      z
        .url({ protocol: /^https?$/, error: "A public origin is an http or https address." })
        .transform((url) => new URL(url).origin),
    ),
  );

/** "127.0.0.1, 10.0.0.0/8": addresses and networks. */
const proxyListSchema = z
  .string()
  .default("")
  .transform((text, ctx) => {
    const list = new BlockList();
    for (const part of text.split(/[\s,]+/).filter((one) => one !== "")) {
      const [, address = "", prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(part) ?? [];
      const family = isIP(address) === 6 ? "ipv6" : "ipv4";
      const bits = Number(prefix ?? (family === "ipv6" ? 128 : 32));
      if (isIP(address) === 0 || bits > (family === "ipv6" ? 128 : 32)) {
        ctx.addIssue({ code: "custom", message: `${part} is no address or network, such as 127.0.0.1 or 10.0.0.0/8.` });
      } else list.addSubnet(address, bits, family);
    }
    return list;
  });

const environmentSchema = z.object({
  MACHINEROOM_DATA_DIR: absolutePathSchema.default("/var/lib/machineroom"),
  MACHINEROOM_RUNTIME_DIR: absolutePathSchema.default("/run/machineroom"),
  MACHINEROOM_API_SOCKET: absolutePathSchema.optional(),
  MACHINEROOM_PUBLIC_ORIGINS: originListSchema,
  MACHINEROOM_TRUSTED_PROXIES: proxyListSchema,
  MACHINEROOM_HOST: z.string().min(1).default("127.0.0.1"),
  MACHINEROOM_PORT: z.coerce.number().int().min(0).max(65535).default(8470),
  MACHINEROOM_AUDIT_MAX_ENTRIES: z.coerce.number().int().min(1000).max(100_000_000).default(100_000),
  MACHINEROOM_BUILDS_AT_ONCE: z.coerce.number().int().min(1).max(16).default(1),
  MACHINEROOM_BUILDS_KEPT: z.coerce.number().int().min(1).max(100_000).default(200),
  MACHINEROOM_TERMINAL_IDLE_MINUTES: z.coerce.number().int().min(1).max(525_600).default(1440),
  MACHINEROOM_RECORDING_MAX_MIB: z.coerce.number().int().min(1).max(256).default(16),
  MACHINEROOM_RECORDINGS_KEPT: z.coerce.number().int().min(1).max(10_000).default(200),
  MACHINEROOM_RECORDINGS_DAYS: z.coerce.number().int().min(1).max(36_500).default(90),
  MACHINEROOM_LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error"]).default("info"),
});

export interface Config {
  dataDir: string;
  /** The SQLite file. */
  databasePath: string;
  runtimeDir: string;
  apiSocket: string;
  /** Origins the dashboard is also reached by (a TLS proxy in front of it); the request's own Host is always one. */
  publicOrigins: string[];
  /** Proxies whose X-Forwarded-For is believed; none unless named. */
  trustedProxies: BlockList;
  host: string;
  port: number;
  /** How many of the newest audit entries are kept. */
  auditMaxEntries: number;
  /** Builds that run at the same time; more wait in the queue. */
  buildsAtOnce: number;
  /** Ended builds whose record and log are kept; older ones are removed. */
  buildsKept: number;
  /** A terminal that nobody has looked at and that has printed nothing for so long is closed. */
  terminalIdleMs: number;
  /** A recording of a terminal that has grown so large ends. */
  recordingMaxBytes: number;
  /** Recordings that are kept, the newest; older ones are removed. */
  recordingsKept: number;
  /** For so long at the most. */
  recordingsKeptMs: number;
  logLevel: string;
  version: string;
}

/** Reads the configuration from the environment. Throws an Error that names the wrong variable. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`The environment is not understood. ${problems.join("; ")}`);
  }
  const values = parsed.data;
  return {
    dataDir: values.MACHINEROOM_DATA_DIR,
    databasePath: join(values.MACHINEROOM_DATA_DIR, "machineroom.db"),
    runtimeDir: values.MACHINEROOM_RUNTIME_DIR,
    apiSocket: values.MACHINEROOM_API_SOCKET ?? join(values.MACHINEROOM_RUNTIME_DIR, "api.sock"),
    publicOrigins: values.MACHINEROOM_PUBLIC_ORIGINS,
    trustedProxies: values.MACHINEROOM_TRUSTED_PROXIES,
    host: values.MACHINEROOM_HOST,
    port: values.MACHINEROOM_PORT,
    auditMaxEntries: values.MACHINEROOM_AUDIT_MAX_ENTRIES,
    buildsAtOnce: values.MACHINEROOM_BUILDS_AT_ONCE,
    buildsKept: values.MACHINEROOM_BUILDS_KEPT,
    terminalIdleMs: values.MACHINEROOM_TERMINAL_IDLE_MINUTES * 60_000,
    recordingMaxBytes: values.MACHINEROOM_RECORDING_MAX_MIB * 1024 * 1024,
    recordingsKept: values.MACHINEROOM_RECORDINGS_KEPT,
    recordingsKeptMs: values.MACHINEROOM_RECORDINGS_DAYS * 86_400_000,
    logLevel: values.MACHINEROOM_LOG_LEVEL,
    version: packageVersion(),
  };
}

/** Where a person on this host opens the dashboard. */
export function publicUrl(config: Config): string {
  const host = config.host === "0.0.0.0" || config.host === "::" ? "127.0.0.1" : config.host;
  return config.publicOrigins[0] ?? `http://${host.includes(":") ? `[${host}]` : host}:${config.port}`;
}
