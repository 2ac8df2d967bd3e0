import { AppError } from "@/lib/errors";
import { roleSchema } from "@/lib/role-schema";
import type { Role } from "@/lib/roles";
import type { Database } from "@/server/db/client";
import type { DatabaseTransaction } from "./one-time-links";

export interface TeamMember {
  id: string;
  email: string;
  name: string;
  role: Role;
  disabledAt: string | null;
  createdAt: string;
  /** When one of the person's sessions was last used, to some minutes; null where none is open. */
  lastSeenAt: string | null;
}

/** Everybody, by mail address. */
export async function listUsers(db: Database): Promise<TeamMember[]> {
  const rows = await db.user.findMany({
    orderBy: { email: "asc" },
    include: { sessions: { select: { updatedAt: true }, orderBy: { updatedAt: "desc" }, take: 1 } },
  });
  return rows.map((row) => ({
    id: row.id,
    email: row.email,
    name: row.name,
    role: roleSchema.catch("viewer").parse(row.role),
    disabledAt: row.disabledAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.sessions[0]?.updatedAt.toISOString() ?? null,
  }));
}

/** A person's own name, as the others see it. */
export async function renameUser(db: Database, change: { id: string; name: string }): Promise<{ email: string }> {
  return db.user.update({ where: { id: change.id }, data: { name: change.name }, select: { email: true } });
}

/** Returns whose role it is. Throws NOT_FOUND, or PRECONDITION where nobody would be left to manage the team. */
export async function setUserRole(db: Database, change: { id: string; role: Role }): Promise<{ email: string }> {
  return db.$transaction(async (transaction) => {
    const { email } = await requireUser(transaction, change.id);
    await transaction.user.update({ where: { id: change.id }, data: { role: change.role } });
    await requireAnAdmin(transaction);
    return { email };
  });
}

/** Disabling ends the person's sessions at once. Returns who it is. Throws NOT_FOUND, or PRECONDITION for the last admin. */
export async function setUserDisabled(
  db: Database,
  change: { id: string; disabled: boolean },
  now: Date = new Date(),
): Promise<{ email: string }> {
  return db.$transaction(async (transaction) => {
    const { email } = await requireUser(transaction, change.id);
    await transaction.user.update({ where: { id: change.id }, data: { disabledAt: change.disabled ? now : null } });
    if (change.disabled) await transaction.session.deleteMany({ where: { userId: change.id } });
    await requireAnAdmin(transaction);
    return { email };
  });
}

async function requireUser(transaction: DatabaseTransaction, id: string): Promise<{ email: string }> {
  const user = await transaction.user.findUnique({ where: { id }, select: { email: true } });
  if (!user) throw new AppError("NOT_FOUND", "There is no such person in the team.");
  return user;
}

/** Checked after the change, inside its transaction: throwing takes the change back. */
async function requireAnAdmin(transaction: DatabaseTransaction): Promise<void> {
  if ((await transaction.user.count({ where: { role: "admin", disabledAt: null } })) === 0) {
    throw new AppError("PRECONDITION", "This is the last admin.", { hint: "Make somebody else admin first." });
  }
}
