import { createHash, randomBytes, randomUUID } from "node:crypto";

import { AppError } from "@/lib/errors";
import type { Role } from "@/lib/roles";
import type { Database } from "@/server/db/client";

export const SETUP_LINK_LIFETIME_MS = 60 * 60 * 1000;
export const INVITATION_LIFETIME_MS = 3 * 24 * 60 * 60 * 1000;

/** A transaction's client or the database itself. */
export type DatabaseTransaction = Parameters<Parameters<Database["$transaction"]>[0]>[0];

export interface OneTimeLinkRow {
  email: string | null;
  role: string | null;
}

/** 256 random bits, as they stand in the link. Only their SHA-256 is stored: who reads the database can't use a link. */
function newToken(): string {
  return randomBytes(32).toString("base64url");
}

function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/**
 * Makes a new setup link and voids earlier ones; returns its token. Throws CONFLICT where somebody is there already:
 * the link makes the first admin and nothing else.
 */
export async function createSetupToken(db: Database, now: Date = new Date()): Promise<string> {
  if ((await db.user.count()) > 0) {
    throw new AppError("CONFLICT", "Machineroom has an account already: the setup link makes the first one only.", {
      hint: "Ask an admin for an invitation (Settings, Team).",
    });
  }
  const token = newToken();
  await db.$transaction([
    db.oneTimeLink.deleteMany({ where: { kind: "setup" } }),
    db.oneTimeLink.create({
      data: {
        id: randomUUID(),
        kind: "setup",
        tokenHash: hashToken(token),
        createdAt: now,
        expiresAt: new Date(now.getTime() + SETUP_LINK_LIFETIME_MS),
      },
    }),
  ]);
  return token;
}

/** Makes an invitation for `email` and voids an earlier one for it; returns its token. */
export async function createInvitationToken(
  db: Database,
  invitation: { email: string; role: Role },
  now: Date = new Date(),
): Promise<string> {
  const token = newToken();
  await db.$transaction([
    db.oneTimeLink.deleteMany({ where: { kind: "invitation", email: invitation.email } }),
    db.oneTimeLink.create({
      data: {
        id: randomUUID(),
        kind: "invitation",
        tokenHash: hashToken(token),
        email: invitation.email,
        role: invitation.role,
        createdAt: now,
        expiresAt: new Date(now.getTime() + INVITATION_LIFETIME_MS),
      },
    }),
  ]);
  return token;
}

/**
 * Uses a link up, inside the transaction that does what it is for, so that two uses at once can't both succeed.
 * Throws FORBIDDEN for an unknown, used or expired one, without telling which.
 */
export async function useLink(
  transaction: DatabaseTransaction,
  kind: "setup" | "invitation",
  token: string,
  now: Date,
): Promise<OneTimeLinkRow> {
  const tokenHash = hashToken(token);
  const { count } = await transaction.oneTimeLink.updateMany({
    where: { tokenHash, kind, usedAt: null, expiresAt: { gt: now } },
    data: { usedAt: now },
  });
  if (count !== 1) {
    throw new AppError("FORBIDDEN", "This link is not valid: it was used, has expired, or a newer one was made.", {
      hint:
        kind === "setup"
          ? "Run `machineroom setup-link` as root on the host for a new one."
          : "Ask an admin for a new invitation.",
    });
  }
  return transaction.oneTimeLink.findUniqueOrThrow({ where: { tokenHash }, select: { email: true, role: true } });
}
