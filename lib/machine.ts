import { z } from "zod";

import { machineNameSchema } from "./names";

export const MACHINE_STATES = ["stopped", "starting", "running", "stopping", "failed"] as const;
export const machineStateSchema = z.enum(MACHINE_STATES);
export type MachineState = z.infer<typeof machineStateSchema>;

/** One row of the dashboard: a registered machine, a startable image, or both under one name. Unknown is `null`, never 0 or "". */
export const machineSchema = z.object({
  name: z.string(),
  state: machineStateSchema,
  /** When the present state was entered, ISO-8601; null where nobody saw it begin. */
  stateSince: z.string().nullable(),
  class: z.enum(["container", "vm"]).nullable(),
  /** The registrar: "systemd-nspawn", "libvirt-lxc", …; "" never, null while stopped. */
  service: z.string().nullable(),
  os: z.object({ id: z.string(), name: z.string(), version: z.string().nullable() }).nullable(),
  addresses: z.array(z.string()),
  leaderPid: z.number().int().nullable(),
  unit: z.string().nullable(),
  rootDirectory: z.string().nullable(),
  /** Name of the image it starts from, null for a machine started by hand from a tree outside the pool. */
  image: z.string().nullable(),
  /** Start of the machine (machine1 Timestamp), ISO-8601. */
  since: z.string().nullable(),
  /** Whether systemd-nspawn@NAME.service is enabled; null where it has no such unit. */
  enabled: z.boolean().nullable(),
  readOnly: z.boolean().nullable(),
  uidShift: z.number().int().nullable(),
  /** Of a failed unit: systemd's Result ("exit-code", "timeout", …) and what it says. */
  result: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type Machine = z.infer<typeof machineSchema>;

export const machineRefSchema = z.strictObject({ name: machineNameSchema });

/** Bulk actions take `names` where single ones take `name`. */
export const machineTargetSchema = z.union([
  machineRefSchema,
  z.strictObject({ names: z.array(machineNameSchema).min(1).max(200) }),
]);
export type MachineTarget = z.infer<typeof machineTargetSchema>;

export interface BulkResult {
  name: string;
  ok: boolean;
  error?: { code: string; message: string; hint: string | null };
}

/** Signals of kill(1) by name, or SIGRTMIN+n, or by number 1-64. */
export const signalSchema = z.union([
  z.number().int().min(1).max(64),
  z
    .string()
    .regex(
      /^(?:SIG)?(?:HUP|INT|QUIT|ILL|TRAP|ABRT|BUS|FPE|KILL|USR1|SEGV|USR2|PIPE|ALRM|TERM|STKFLT|CHLD|CONT|STOP|TSTP|TTIN|TTOU|URG|XCPU|XFSZ|VTALRM|PROF|WINCH|IO|PWR|SYS|RTMIN(?:\+(?:[0-9]|[12][0-9]|30))?)$|^(?:[1-9]|[1-5][0-9]|6[0-4])$/,
      "A signal is a name such as SIGTERM or a number from 1 to 64.",
    ),
]);

export const machineKillSchema = z.strictObject({
  name: machineNameSchema,
  whom: z.enum(["leader", "all"]),
  signal: signalSchema,
});

/** What `machines.watch` sends. `status` tells that the host's bus went away or came back; after it came back a snapshot follows. */
export type MachineEvent =
  | { type: "snapshot"; machines: Machine[]; connected: boolean }
  | { type: "upsert"; machine: Machine }
  | { type: "remove"; name: string }
  | { type: "status"; connected: boolean };
