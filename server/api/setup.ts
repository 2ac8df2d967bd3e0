import type { IncomingMessage, ServerResponse } from "node:http";
import type { z } from "zod";

import { inviteAcceptSchema, linkCheckSchema, setupSchema } from "@/lib/accounts";
import { AppError } from "@/lib/errors";
import type { Database } from "@/server/db/client";
import type { AuditLog } from "@/server/services/audit/audit-log";
import { acceptInvitation, setUpFirstAdmin } from "@/server/services/users/create-account";
import { checkLink } from "@/server/services/users/one-time-links";
import type { Auth } from "./auth";
import { describeIssues } from "./errors";
import { addressOf, readJson, sendJson } from "./http";

interface AccountDeps {
  db: Database;
  audit: AuditLog;
  auth: Auth;
}

type AccountHandler = (request: IncomingMessage, response: ServerResponse, deps: AccountDeps) => Promise<void>;

/** `POST /api/setup { token, email, name, password }`: makes the first admin and signs in. */
const handleSetup: AccountHandler = async (request, response, deps) => {
  const setup = await readBodyAs(setupSchema, request);
  const id = await setUpFirstAdmin(deps.db, setup);
  await answerSignedIn(request, response, deps, { ...setup, id, action: "auth.setup" });
};

/** `POST /api/invite/accept { token, name, password }`: makes the invited account and signs in. */
const handleInviteAccept: AccountHandler = async (request, response, deps) => {
  const accept = await readBodyAs(inviteAcceptSchema, request);
  const made = await acceptInvitation(deps.db, accept);
  await answerSignedIn(request, response, deps, { ...accept, ...made, action: "auth.acceptInvitation" });
};

/** `POST /api/{setup,invite}/check { token }` → LinkCheckResult, so that a dead link is told before a form is filled in. */
const handleCheck =
  (kind: "setup" | "invitation"): AccountHandler =>
  async (request, response, { db }) => {
    const { token } = await readBodyAs(linkCheckSchema, request);
    sendJson(response, 200, await checkLink(db, kind, token));
  };

/** What people without an account may POST to. */
export const ACCOUNT_PATHS: ReadonlyMap<string, AccountHandler> = new Map([
  ["/api/setup", handleSetup],
  ["/api/setup/check", handleCheck("setup")],
  ["/api/invite/accept", handleInviteAccept],
  ["/api/invite/check", handleCheck("invitation")],
]);

async function readBodyAs<Schema extends z.ZodType>(
  schema: Schema,
  request: IncomingMessage,
): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(await readJson(request));
  if (!parsed.success) throw new AppError("INVALID", describeIssues(parsed.error));
  return parsed.data;
}

async function answerSignedIn(
  request: IncomingMessage,
  response: ServerResponse,
  { audit, auth }: AccountDeps,
  made: { id: string; email: string; password: string; action: string },
): Promise<void> {
  const { id, email, password, action } = made;
  await audit.record({ actorId: id, actor: email, action, target: email, ok: true, ip: addressOf(request.headers) });
  response.setHeader("set-cookie", await auth.signIn(request.headers, { email, password }));
  sendJson(response, 200, { ok: true });
}
