import { z } from "zod";

import { DEFAULT_INTERVAL_MS, MAX_INTERVAL_MS, MIN_INTERVAL_MS } from "./cgroups";
import { signalSchema } from "./machine";
import { CONTROL_CHARACTERS, machineNameSchema } from "./names";
import { unitNameSchema } from "./units";

export const cgroupWatchSchema = z.strictObject({
  name: machineNameSchema,
  intervalMs: z.number().int().min(MIN_INTERVAL_MS).max(MAX_INTERVAL_MS).default(DEFAULT_INTERVAL_MS),
});
export type CgroupWatch = z.infer<typeof cgroupWatchSchema>;

/** The path of a control group on the host. Whether it is the machine's is looked at when it is used. */
const cgroupPathSchema = z
  .string()
  .max(4096)
  .refine(
    (path) => /^(?:\/[^/]+)+$/.test(path) && !path.split("/").some((part) => part === "." || part === ".."),
    "The path of a control group begins with a slash, and has no dots that lead elsewhere.",
  )
  .refine((path) => !CONTROL_CHARACTERS.test(path), "The path of a control group has no control characters.");

/** PID_MAX_LIMIT of 64-bit kernels. */
const pidSchema = z.number().int().min(1).max(4_194_304);

export const cgroupKillSchema = z.union([
  z.strictObject({ name: machineNameSchema, unit: unitNameSchema, signal: signalSchema }),
  z.strictObject({ name: machineNameSchema, path: cgroupPathSchema, signal: signalSchema }),
  z.strictObject({
    name: machineNameSchema,
    pid: pidSchema,
    /** As `cgroups.tree` told it: a process that got the PID later is left alone. */
    startTicks: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
    signal: signalSchema,
  }),
]);
export type CgroupKill = z.infer<typeof cgroupKillSchema>;
