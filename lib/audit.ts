import { z } from "zod";

import { CONTROL_CHARACTERS } from "./names";

const filterText = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .refine((text) => !CONTROL_CHARACTERS.test(text), "A filter has no control characters.");

export const auditListSchema = z.strictObject({
  /** A part of the mail address. */
  actor: filterText(254).optional(),
  /** A part of what was acted on; a bulk action names all its machines. */
  target: filterText(1000).optional(),
  /** "machines.start", or "machines." for all of them. */
  action: filterText(100).optional(),
  ok: z.boolean().optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  limit: z.number().int().min(1).max(200),
  /** The id of the last entry of the page before. */
  cursor: z.union([z.number().int().positive(), z.string().regex(/^[1-9][0-9]{0,14}$/)]).optional(),
});
export type AuditList = z.infer<typeof auditListSchema>;

/** One entry of the audit: who did what, on what, from where, and how it ended. */
export interface AuditRecord {
  id: number;
  at: string;
  actor: string;
  /** A procedure's path, or one of the actions outside the router ("auth.signIn"). */
  action: string;
  target: string | null;
  command: string | null;
  ok: boolean;
  error: string | null;
  durationMs: number;
  ip: string | null;
}

/** What is audited, in the order the filter lists it: every mutation, and what happens outside the router. Each has words in messages. */
export const AUDITED_ACTIONS = [
  "machines.start",
  "machines.poweroff",
  "machines.reboot",
  "machines.terminate",
  "machines.kill",
  "machines.enable",
  "machines.disable",
  "machines.bind",
  "machines.copyTo",
  "machines.copyFrom",
  "machines.allowRootLogin",
  "machines.exec",
  "machines.runOnce",
  "terminals.open",
  "terminals.close",
  "terminals.record",
  "terminals.stopRecording",
  "recordings.delete",
  "units.start",
  "units.stop",
  "units.restart",
  "units.resetFailed",
  "cgroups.kill",
  "settings.set",
  "limits.set",
  "images.clone",
  "images.rename",
  "images.remove",
  "images.setReadOnly",
  "images.setLimit",
  "images.clean",
  "transfers.pull",
  "transfers.import",
  "transfers.export",
  "transfers.cancel",
  "builds.create",
  "builds.cancel",
  "builds.rerun",
  "builds.answer",
  "builds.delete",
  "users.invite",
  "users.revokeInvitation",
  "users.setRole",
  "users.disable",
  "users.enable",
  "users.rename",
  "sessions.revoke",
  "sessions.revokeOthers",
  "auth.signIn",
  "auth.signOut",
  "auth.changePassword",
  "auth.setup",
  "auth.acceptInvitation",
] as const;
export type AuditedAction = (typeof AUDITED_ACTIONS)[number];

export function isAuditedAction(action: string): action is AuditedAction {
  return AUDITED_ACTIONS.some((one) => one === action);
}
