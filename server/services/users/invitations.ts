import { AppError } from "@/lib/errors";
import { roleSchema } from "@/lib/role-schema";
import type { Role } from "@/lib/roles";
import type { Database } from "@/server/db/client";
import { createInvitationToken } from "./one-time-links";

export interface Invitation {
  id: string;
  email: string;
  role: Role;
  createdAt: string;
  expiresAt: string;
}

/** Makes an invitation; returns its link, absolute where `origin` is known. Throws CONFLICT where the address has an account. */
export async function inviteUser(
  db: Database,
  invitation: { email: string; role: Role },
  origin = "",
): Promise<{ url: string }> {
  if ((await db.user.count({ where: { email: invitation.email } })) > 0) {
    throw new AppError("CONFLICT", `${invitation.email} has an account already.`);
  }
  return { url: `${origin}/invite?token=${await createInvitationToken(db, invitation)}` };
}

/** Those that can still be accepted, newest first. Their links can't be told again: only a hash of them is kept. */
export async function listInvitations(db: Database, now: Date = new Date()): Promise<Invitation[]> {
  const rows = await db.oneTimeLink.findMany({
    where: { kind: "invitation", usedAt: null, expiresAt: { gt: now } },
    orderBy: { createdAt: "desc" },
  });
  return rows.map((row) => ({
    id: row.id,
    email: row.email ?? "",
    role: roleSchema.catch("viewer").parse(row.role),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  }));
}

/** Its link is dead at once. Returns whom it was for. Throws NOT_FOUND where it was accepted, revoked or replaced meanwhile. */
export async function revokeInvitation(db: Database, id: string): Promise<{ email: string | null }> {
  return db.$transaction(async (transaction) => {
    const where = { id, kind: "invitation", usedAt: null };
    const row = await transaction.oneTimeLink.findUnique({ where, select: { email: true } });
    if (!row) throw new AppError("NOT_FOUND", "There is no such invitation.");
    await transaction.oneTimeLink.delete({ where });
    return row;
  });
}
