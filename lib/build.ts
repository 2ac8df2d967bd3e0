import { z } from "zod";

import { type BuildReason, buildReasonSchema } from "./build-reasons";
import { absolutePathSchema, CONTROL_CHARACTERS, machineNameSchema } from "./names";

export const RECIPE_IDS = ["arch", "debian"] as const;
export const recipeIdSchema = z.enum(RECIPE_IDS);
export type RecipeId = z.infer<typeof recipeIdSchema>;

/** A package (or group) name that no package manager can take for an option or a path. */
export const packageNameSchema = z
  .string()
  .max(128)
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9@._+:-]*$/,
    "A package name has letters, digits and @ . _ + : - and starts with a letter or digit.",
  );

/**
 * Where packages come from: http(s), ftp, file or (mmdebstrap) copy. It lands in a config file and in the hands of tools
 * that are shell scripts, so it has nothing that means something there, but pacman's own $repo and $arch.
 */
export const mirrorSchema = z
  .string()
  .max(1024)
  .regex(
    /^(?:https?|ftp|file|copy):\/{1,3}(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]|\$(?:repo|arch)\b)(?:[A-Za-z0-9._~:/?@+,=%&-]|\$(?:repo|arch)\b)*$/,
    "A mirror is an http, https, ftp or file address.",
  );

const rootPasswordSchema = z
  .string()
  .min(1)
  .max(512)
  .refine((text) => !CONTROL_CHARACTERS.test(text), "A password has no control characters.");

export const rootLoginSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({ kind: z.literal("passwordless") }),
  z.strictObject({
    kind: z.literal("password"),
    password: rootPasswordSchema,
  }),
]);

export const buildCreateSchema = z.strictObject({
  name: machineNameSchema,
  recipe: recipeIdSchema,
  packages: z.array(packageNameSchema).max(500).optional(),
  ignore: z.array(packageNameSchema).max(100).optional(),
  mirror: mirrorSchema.optional(),
  suite: z
    .string()
    .regex(/^[a-z][a-z0-9.-]{0,63}$/, "A suite is a lower-case name such as bookworm.")
    .optional(),
  /** A package manager's configuration file on the host (pacstrap -C). */
  config: absolutePathSchema.optional(),
  rootLogin: rootLoginSchema,
});
export type BuildCreate = z.infer<typeof buildCreateSchema>;

/** What is stored and shown of a build's options: the same without the password. */
export type BuildOptions = Omit<BuildCreate, "rootLogin"> & { rootLogin: { kind: BuildCreate["rootLogin"]["kind"] } };

export const BUILD_STATES = ["queued", "running", "succeeded", "failed", "cancelled", "lost"] as const;
export const buildStateSchema = z.enum(BUILD_STATES);
export type BuildState = z.infer<typeof buildStateSchema>;

export const BUILD_STEPS = ["prepare", "install", "login", "network", "place"] as const;
export const buildStepNameSchema = z.enum(BUILD_STEPS);
export type BuildStepName = z.infer<typeof buildStepNameSchema>;

export const buildStepSchema = z.object({
  name: buildStepNameSchema,
  state: z.enum(["pending", "running", "succeeded", "failed", "skipped"]),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});
export type BuildStep = z.infer<typeof buildStepSchema>;

/** One line of a build's log, as the builder writes it (newline-delimited JSON) and `builds.log` sends it. `seq` counts from 1 without gaps. */
export const buildLogLineSchema = z.object({
  seq: z.number().int().positive(),
  at: z.string(),
  step: buildStepNameSchema,
  stream: z.enum(["stdout", "stderr", "info"]),
  text: z.string(),
});
export type BuildLogLine = z.infer<typeof buildLogLineSchema>;

/** In English, as the api and the tools say it; `reason` where pages have words of their own for it. */
export interface BuildFailure {
  message: string;
  hint: string | null;
  reason: BuildReason | null;
}

export interface Build {
  id: string;
  name: string;
  recipe: RecipeId;
  options: BuildOptions;
  state: BuildState;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  durationMs: number | null;
  exitCode: number | null;
  sizeBytes: number | null;
  packages: { name: string; version: string }[] | null;
  commands: string[];
  steps: BuildStep[];
  startedBy: string;
  error: BuildFailure | null;
  /** Of a queued build: 1 is the next to start. */
  queuePosition: number | null;
}

/** What `builds.watch` sends. Where all builds are watched, their package lists are left out: they are long. */
export type BuildEvent =
  | { type: "snapshot"; builds: Build[] }
  | { type: "upsert"; build: Build }
  | { type: "remove"; id: string };

/** A build's id: part of a unit's name and of paths. */
export const buildIdSchema = z.string().regex(/^[a-z0-9]{8,32}$/, "A build's id has 8 to 32 letters and digits.");
export const buildRefSchema = z.strictObject({ id: buildIdSchema });

export const buildListSchema = z.strictObject({
  /** The machine's name. */
  image: machineNameSchema.optional(),
  state: buildStateSchema.optional(),
  limit: z.number().int().min(1).max(200),
  /** The id of the last build of the page before. */
  cursor: buildIdSchema.optional(),
});
export type BuildList = z.infer<typeof buildListSchema>;

export const buildLogInputSchema = z.strictObject({
  id: buildIdSchema,
  /** The first `seq` wanted; all without it. */
  from: z.number().int().positive().optional(),
});

export const buildRerunSchema = z.strictObject({
  id: buildIdSchema,
  name: machineNameSchema.optional(),
  /** A password is never kept, so a build that set one needs it again. */
  password: rootPasswordSchema.optional(),
});

/** One build with its packages, or all of them. */
export const buildWatchSchema = z.strictObject({ id: buildIdSchema.optional() }).optional();

export const buildCompareSchema = z.strictObject({ a: buildIdSchema, b: buildIdSchema });

/** A build's options as they are stored: without the password, whose schema is not even known here. */
export const buildOptionsSchema = buildCreateSchema.extend({
  rootLogin: z.strictObject({ kind: z.enum(["none", "passwordless", "password"]) }),
});

export const buildPackagesSchema = z.array(z.object({ name: z.string(), version: z.string() }));

/** `<dataDir>/builds/ID/spec.json`: what the api asks of the builder. */
export const buildSpecSchema = z.strictObject({ id: buildIdSchema, options: buildOptionsSchema });
export type BuildSpec = z.infer<typeof buildSpecSchema>;

/** `status.json`: where the builder is. */
export const buildStatusSchema = z.object({
  pid: z.number().int(),
  steps: z.array(buildStepSchema),
  commands: z.array(z.string()),
  sizeBytes: z.number().nullable(),
  /** Identifies the hidden tree after it was renamed: device and inode. */
  tree: z.object({ device: z.number(), inode: z.number() }).nullable(),
});
export type BuildStatus = z.infer<typeof buildStatusSchema>;

/** `result.json`: how it ended. */
export const buildResultSchema = z.object({
  ok: z.boolean(),
  /** True where SIGTERM ended it: a cancel, `systemctl stop`, or the host going down. */
  stopped: z.boolean(),
  finishedAt: z.string(),
  /** Of the command that failed, 0 after success; null where a signal ended it or none was run. */
  exitCode: z.number().int().nullable(),
  sizeBytes: z.number().nullable(),
  packages: buildPackagesSchema.nullable(),
  error: z
    .object({
      message: z.string(),
      hint: z.string().nullable(),
      // Left out by a builder of a former version.
      reason: buildReasonSchema.nullable().default(null),
    })
    .nullable(),
});
export type BuildResult = z.infer<typeof buildResultSchema>;

export function pendingSteps(): BuildStep[] {
  return BUILD_STEPS.map((name) => ({ name, state: "pending", startedAt: null, finishedAt: null }));
}

export function isEnded(state: BuildState): boolean {
  return state !== "queued" && state !== "running";
}
