import type { AuditList, AuditRecord } from "@/lib/audit";
import type { Database } from "@/server/db/client";

/** Newest first. Ids only grow, so the last id of a page is the cursor of the next. */
export async function listAudit(db: Database, query: AuditList): Promise<AuditRecord[]> {
  const at = { ...(query.from && { gte: new Date(query.from) }), ...(query.to && { lt: new Date(query.to) }) };
  const rows = await db.auditEntry.findMany({
    where: {
      ...(query.actor && { actor: { contains: query.actor } }),
      ...(query.target && { target: { contains: query.target } }),
      ...(query.action && { action: query.action.endsWith(".") ? { startsWith: query.action } : query.action }),
      ...(query.ok !== undefined && { ok: query.ok }),
      ...((query.from || query.to) && { at }),
      ...(query.cursor && { id: { lt: Number(query.cursor) } }),
    },
    orderBy: { id: "desc" },
    take: query.limit,
    omit: { actorId: true },
  });
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
