import { z } from "zod";

import { commandArgumentSchema, machineNameSchema, userNameSchema } from "./names";

/** The wire of `/api/terminals/ID`: binary frames are terminal bytes, text frames are these JSON messages. */
export const terminalSizeSchema = z.object({
  cols: z.number().int().min(2).max(1000),
  rows: z.number().int().min(1).max(500),
});

export const terminalOpenSchema = z.strictObject({
  name: machineNameSchema,
  kind: z.enum(["login", "shell"]),
  user: userNameSchema.optional(),
  command: z.array(commandArgumentSchema.min(1)).min(1).max(64).optional(),
  cols: terminalSizeSchema.shape.cols,
  rows: terminalSizeSchema.shape.rows,
});
export type TerminalOpen = z.infer<typeof terminalOpenSchema>;

export const terminalIdSchema = z.uuid();

/** Browser to api. `ack` counts bytes the browser has parsed since it attached (cumulative), for flow control. */
export const terminalClientMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("resize"),
    cols: terminalSizeSchema.shape.cols,
    rows: terminalSizeSchema.shape.rows,
  }),
  z.strictObject({ type: z.literal("ack"), bytes: z.number().int().min(0) }),
]);
export type TerminalClientMessage = z.infer<typeof terminalClientMessageSchema>;

/**
 * Api to browser. `attached` comes first, and the binary frame after it is the restored screen (possibly empty), which is not
 * counted for `ack`; every later binary frame is live output.
 */
export const terminalServerMessageSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("attached"),
    id: z.string(),
    machine: z.string(),
    kind: z.enum(["login", "shell"]),
    cols: z.number(),
    rows: z.number(),
    command: z.array(z.string()),
    startedAt: z.string(),
  }),
  z.object({ type: z.literal("resize"), cols: z.number(), rows: z.number() }),
  z.object({ type: z.literal("exit"), exitCode: z.number().nullable(), signal: z.number().nullable() }),
  z.object({ type: z.literal("error"), code: z.string(), message: z.string(), hint: z.string().nullable() }),
]);
export type TerminalServerMessage = z.infer<typeof terminalServerMessageSchema>;

export interface TerminalInfo {
  id: string;
  machine: string;
  kind: "login" | "shell";
  user: string | null;
  command: string[];
  startedAt: string;
  openedBy: string;
  state: "running" | "exited";
  exitCode: number | null;
}
