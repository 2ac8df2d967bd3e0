import { AppError } from "@/lib/errors";
import type { Database } from "@/server/db/client";

export interface SessionInfo {
  id: string;
  createdAt: string;
  lastUsedAt: string;
  expiresAt: string;
  ip: string | null;
  userAgent: string | null;
}

/** A person's own sessions that have not expired, newest first. Never the token. */
export async function listSessions(db: Database, userId: string, now: Date = new Date()): Promise<SessionInfo[]> {
  const rows = await db.session.findMany({
    where: { userId, expiresAt: { gt: now } },
    orderBy: { createdAt: "desc" },
    omit: { token: true },
  });
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.updatedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    ip: row.ipAddress === "" ? null : row.ipAddress,
    userAgent: row.userAgent === "" ? null : row.userAgent,
  }));
}

/** Ends one of a person's own sessions. Throws NOT_FOUND, also for somebody else's. */
export async function revokeSession(db: Database, userId: string, sessionId: string): Promise<void> {
  const { count } = await db.session.deleteMany({ where: { id: sessionId, userId } });
  if (count === 0) throw new AppError("NOT_FOUND", "There is no such session.");
}

/** Ends all of a person's sessions but one. */
export async function revokeOtherSessions(db: Database, userId: string, keptId: string): Promise<{ count: number }> {
  const { count } = await db.session.deleteMany({ where: { userId, id: { not: keptId } } });
  return { count };
}

export interface LiveSession {
  role: string;
  expiresAt: Date;
}

/** The sessions of `ids` that still stand (there, not expired, their person not disabled), with the person's present role. */
export async function liveSessions(
  db: Database,
  ids: string[],
  now: Date = new Date(),
): Promise<Map<string, LiveSession>> {
  const rows = await db.session.findMany({
    where: { id: { in: ids }, expiresAt: { gt: now }, user: { disabledAt: null } },
    select: { id: true, expiresAt: true, user: { select: { role: true } } },
  });
  return new Map(rows.map((row) => [row.id, { role: row.user.role, expiresAt: row.expiresAt }]));
}
