import { AppError } from "@/lib/errors";
import { type Role, roleSchema } from "@/lib/roles";
import type { Database } from "@/server/db/client";
import { createInvitationToken, type DatabaseTransaction } from "./one-time-links";

export interface TeamMember {
  id: string;
  email: string;
  name: string;
  role: Role;
  disabledAt: string | null;
  createdAt: string;
}

/** Everybody, by mail address. */
export async function listUsers(db: Database): Promise<TeamMember[]> {
  const rows = await db.user.findMany({ orderBy: { email: "asc" } });
  return rows.map((row) => ({
    id: row.id,
    email: row.email,
    name: row.name,
    role: roleSchema.catch("viewer").parse(row.role),
    disabledAt: row.disabledAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }));
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

/** Throws NOT_FOUND, or PRECONDITION where nobody would be left to manage the team. */
export async function setUserRole(db: Database, change: { id: string; role: Role }): Promise<void> {
  await db.$transaction(async (transaction) => {
    await requireUser(transaction, change.id);
    await transaction.user.update({ where: { id: change.id }, data: { role: change.role } });
    await requireAnAdmin(transaction);
  });
}

/** Disabling ends the person's sessions at once. Throws NOT_FOUND, or PRECONDITION for the last admin. */
export async function setUserDisabled(
  db: Database,
  change: { id: string; disabled: boolean },
  now: Date = new Date(),
): Promise<void> {
  await db.$transaction(async (transaction) => {
    await requireUser(transaction, change.id);
    await transaction.user.update({ where: { id: change.id }, data: { disabledAt: change.disabled ? now : null } });
    if (change.disabled) await transaction.session.deleteMany({ where: { userId: change.id } });
    await requireAnAdmin(transaction);
  });
}

async function requireUser(transaction: DatabaseTransaction, id: string): Promise<void> {
  if ((await transaction.user.count({ where: { id } })) === 0) {
    throw new AppError("NOT_FOUND", "There is no such person in the team.");
  }
}

/** Checked after the change, inside its transaction: throwing takes the change back. */
async function requireAnAdmin(transaction: DatabaseTransaction): Promise<void> {
  if ((await transaction.user.count({ where: { role: "admin", disabledAt: null } })) === 0) {
    throw new AppError("PRECONDITION", "This is the last admin.", { hint: "Make somebody else admin first." });
  }
}
