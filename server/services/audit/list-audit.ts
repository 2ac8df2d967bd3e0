import { z } from "zod";

import type { Database } from "@/server/db/client";

export const auditListSchema = z.strictObject({
  /** Mail address. */
  actor: z.string().max(254).optional(),
  target: z.string().max(1000).optional(),
  /** "machines.start", or "machines." for all of them. */
  action: z.string().max(100).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  limit: z.number().int().min(1).max(200),
  /** The id of the last entry of the page before. */
  cursor: z.union([z.number().int().positive(), z.string().regex(/^[1-9][0-9]{0,14}$/)]).optional(),
});
export type AuditList = z.infer<typeof auditListSchema>;

export interface AuditRecord {
  id: number;
  at: string;
  actor: string;
  action: string;
  target: string | null;
  command: string | null;
  ok: boolean;
  error: string | null;
  durationMs: number;
  ip: string | null;
}

/** Newest first. Ids only grow, so the last id of a page is the cursor of the next. */
export async function listAudit(db: Database, query: AuditList): Promise<AuditRecord[]> {
  const at = { ...(query.from && { gte: new Date(query.from) }), ...(query.to && { lt: new Date(query.to) }) };
  const rows = await db.auditEntry.findMany({
    where: {
      ...(query.actor && { actor: query.actor }),
      ...(query.target && { target: query.target }),
      ...(query.action && { action: query.action.endsWith(".") ? { startsWith: query.action } : query.action }),
      ...((query.from || query.to) && { at }),
      ...(query.cursor && { id: { lt: Number(query.cursor) } }),
    },
    orderBy: { id: "desc" },
    take: query.limit,
    omit: { actorId: true },
  });
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
