import { randomUUID } from "node:crypto";
import { hashPassword } from "better-auth/crypto";

import type { InviteAccept, Setup } from "@/lib/accounts";
import { AppError } from "@/lib/errors";
import type { Role } from "@/lib/roles";
import type { Database } from "@/server/db/client";
import { type DatabaseTransaction, requireLink, useLink } from "./one-time-links";

interface NewAccount {
  email: string;
  name: string;
  role: Role;
  passwordHash: string;
}

/** The rows better-auth's own sign-up makes for email and password. */
async function insertAccount(transaction: DatabaseTransaction, account: NewAccount): Promise<string> {
  const id = randomUUID();
  await transaction.user.create({
    data: {
      id,
      email: account.email,
      name: account.name,
      role: account.role,
      emailVerified: true,
      accounts: {
        create: { id: randomUUID(), accountId: id, providerId: "credential", password: account.passwordHash },
      },
    },
  });
  return id;
}

/** Makes the first admin by a setup link, only while there is nobody. Throws FORBIDDEN (link) or CONFLICT. Returns the user's id. */
export async function setUpFirstAdmin(db: Database, setup: Setup, now: Date = new Date()): Promise<string> {
  // Asked first: hashing is slow on purpose, and nobody without a link may make us do it.
  await requireLink(db, "setup", setup.token, now);
  const passwordHash = await hashPassword(setup.password);
  return db.$transaction(async (transaction) => {
    await useLink(transaction, "setup", setup.token, now);
    if ((await transaction.user.count()) > 0) {
      throw new AppError("CONFLICT", "Machineroom has its first account already.", { hint: "Sign in instead." });
    }
    return insertAccount(transaction, { email: setup.email, name: setup.name, role: "admin", passwordHash });
  });
}

/** Makes the account an invitation is for. Throws FORBIDDEN (link) or CONFLICT. Returns who was made. */
export async function acceptInvitation(
  db: Database,
  accept: InviteAccept,
  now: Date = new Date(),
): Promise<{ id: string; email: string }> {
  await requireLink(db, "invitation", accept.token, now);
  const passwordHash = await hashPassword(accept.password);
  return db.$transaction(async (transaction) => {
    const { email, role } = await useLink(transaction, "invitation", accept.token, now);
    if (email === null || role === null) throw new AppError("INTERNAL", "The invitation names nobody.");
    if ((await transaction.user.count({ where: { email } })) > 0) {
      throw new AppError("CONFLICT", `${email} has an account already.`, { hint: "Sign in instead." });
    }
    return { id: await insertAccount(transaction, { email, name: accept.name, role, passwordHash }), email };
  });
}
