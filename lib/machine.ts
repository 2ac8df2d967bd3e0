import { z } from "zod";

import type { Finding } from "./findings";
import type { JournalEntry } from "./journal";
import { absolutePathSchema, imageNameSchema, machineNameSchema, userNameSchema } from "./names";

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
  /** The equivalent command line, where it worked. */
  command?: string;
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

const MAX_COMMAND_CHARACTERS = 64 * 1024;

/** A command as words, each reaching the program as it is: no shell reads them. */
export const commandWordsSchema = z
  .array(
    z
      .string()
      .max(32 * 1024)
      .refine((word) => !word.includes("\0") && word.isWellFormed(), "A word of a command holds no NUL character."),
  )
  .min(1)
  .max(256)
  .refine(([program]) => program !== undefined && program.trim() !== "", "A command begins with the name of a program.")
  .refine((words) => words.join(" ").length <= MAX_COMMAND_CHARACTERS, "The command is too long.");

export const DEFAULT_EXEC_TIMEOUT_MS = 60_000;
export const MAX_EXEC_TIMEOUT_MS = 10 * 60_000;
const execTimeoutSchema = z.number().int().min(100).max(MAX_EXEC_TIMEOUT_MS).default(DEFAULT_EXEC_TIMEOUT_MS);

export const machineExecSchema = z.strictObject({
  name: machineNameSchema,
  user: userNameSchema.default("root"),
  command: commandWordsSchema,
  timeoutMs: execTimeoutSchema,
});
export type MachineExec = z.infer<typeof machineExecSchema>;

export const machineRunOnceSchema = z.strictObject({
  image: imageNameSchema,
  command: commandWordsSchema,
  /** Said aloud, because nothing the command writes is kept. */
  ephemeral: z.literal(true),
  /** The host's network; without it the command has none. */
  network: z.boolean().default(false),
  timeoutMs: execTimeoutSchema,
});
export type MachineRunOnce = z.infer<typeof machineRunOnceSchema>;

/** How a command in a machine ended. `exitCode` is null where a signal ended it. */
export interface CommandResult {
  exitCode: number | null;
  /** "KILL", "TERM", …; null where it exited. */
  signal: string | null;
  stdout: string;
  stderr: string;
  /** Some output was dropped: 1 MiB of each stream is kept. */
  truncated: boolean;
  durationMs: number;
  command: string;
}

export const machineBindSchema = z.strictObject({
  name: machineNameSchema,
  source: absolutePathSchema,
  destination: absolutePathSchema.optional(),
  readOnly: z.boolean().default(false),
  mkdir: z.boolean().default(false),
});
export type BindMount = z.infer<typeof machineBindSchema>;

export const machineCopySchema = z.strictObject({
  name: machineNameSchema,
  source: absolutePathSchema,
  destination: absolutePathSchema.optional(),
  /** Replaces what is there. */
  force: z.boolean().default(false),
});
export type CopyFiles = z.infer<typeof machineCopySchema>;

/** What `machinectl status` prints of a running machine beyond its row. */
export interface MachineStatus {
  /** The machine ID, 32 hexadecimal digits; null where the registrar told none. */
  id: string | null;
  /** Name of the leader's program; null where it is gone. */
  leaderCommand: string | null;
  /** The host's side of its network interfaces: "ve-arch", … */
  interfaces: string[];
  /** All of them, also link-local ones; null for a machine on the host's network. */
  addresses: string[] | null;
}

/** Why a machine's last start failed. `result` is null where it did not. */
export interface WhyFailed {
  unit: string;
  /** systemd's Result: "exit-code", "signal", "timeout", … */
  result: string | null;
  exitStatus: number | null;
  /** When the last attempt ended; null where the journal has nothing of it. */
  at: string | null;
  journal: JournalEntry[];
  findings: Finding[];
}

/** What `machines.watch` sends. `status` tells that the host's bus went away or came back; after it came back a snapshot follows. */
export type MachineEvent =
  | { type: "snapshot"; machines: Machine[]; connected: boolean }
  | { type: "upsert"; machine: Machine }
  | { type: "remove"; name: string }
  | { type: "status"; connected: boolean };
