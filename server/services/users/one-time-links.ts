import { createHash, randomBytes, randomUUID } from "node:crypto";

import type { LinkCheckResult } from "@/lib/accounts";
import { AppError } from "@/lib/errors";
import { roleSchema } from "@/lib/role-schema";
import type { Role } from "@/lib/roles";
import type { Database } from "@/server/db/client";

export const SETUP_LINK_LIFETIME_MS = 60 * 60 * 1000;
export const INVITATION_LIFETIME_MS = 3 * 24 * 60 * 60 * 1000;
/** So long a dead link can still say why it is dead. */
const DEAD_LINK_KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** A transaction's client or the database itself. */
export type DatabaseTransaction = Parameters<Parameters<Database["$transaction"]>[0]>[0];

type LinkKind = "setup" | "invitation";

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

/** Makes an invitation for `email` and voids an earlier one for it; returns its token. Links that died long ago are cleared away. */
export async function createInvitationToken(
  db: Database,
  invitation: { email: string; role: Role },
  now: Date = new Date(),
): Promise<string> {
  const token = newToken();
  await db.$transaction([
    db.oneTimeLink.deleteMany({ where: { kind: "invitation", email: invitation.email } }),
    db.oneTimeLink.deleteMany({ where: { expiresAt: { lt: new Date(now.getTime() - DEAD_LINK_KEPT_MS) } } }),
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

/** What a link is good for now, without using it up. Who holds a token may know: it can't be guessed. */
export async function checkLink(
  db: DatabaseTransaction,
  kind: LinkKind,
  token: string,
  now: Date = new Date(),
): Promise<LinkCheckResult> {
  const row = await db.oneTimeLink.findUnique({ where: { tokenHash: hashToken(token), kind } });
  if (!row) return { state: "unknown", email: null, role: null, expiresAt: null };
  const state = row.usedAt ? "used" : row.expiresAt <= now ? "expired" : "valid";
  return {
    state,
    email: row.email,
    role: row.role === null ? null : roleSchema.parse(row.role),
    expiresAt: row.expiresAt.toISOString(),
  };
}

const REFUSALS: Record<Exclude<LinkCheckResult["state"], "valid">, string> = {
  used: "This link was used already.",
  expired: "This link has expired.",
  unknown: "This link is not valid: it is incomplete, was taken back, or a newer one was made.",
};

const NEW_LINK_HINTS: Record<LinkKind, string> = {
  setup: "Run `machineroom setup-link` as root on the host for a new one.",
  invitation: "Ask an admin for a new invitation.",
};

/** Throws FORBIDDEN, with why and what to do, unless the link is valid. */
export async function requireLink(
  db: DatabaseTransaction,
  kind: LinkKind,
  token: string,
  now: Date,
): Promise<LinkCheckResult> {
  const link = await checkLink(db, kind, token, now);
  if (link.state !== "valid") {
    const hint = link.state === "used" ? "Sign in instead." : NEW_LINK_HINTS[kind];
    throw new AppError("FORBIDDEN", REFUSALS[link.state], { hint });
  }
  return link;
}

/** Uses a link up, inside the transaction that does what it is for, so that two uses at once can't both succeed. Throws as requireLink. */
export async function useLink(
  transaction: DatabaseTransaction,
  kind: LinkKind,
  token: string,
  now: Date,
): Promise<LinkCheckResult> {
  const link = await requireLink(transaction, kind, token, now);
  await transaction.oneTimeLink.update({ where: { tokenHash: hashToken(token) }, data: { usedAt: now } });
  return link;
}
