import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";

import { inviteAcceptSchema, setupSchema } from "@/lib/accounts";
import { AppError } from "@/lib/errors";
import type { Database } from "@/server/db/client";
import { acceptInvitation, setUpFirstAdmin } from "@/server/services/users/create-account";
import type { Auth } from "./auth";
import { describeIssues } from "./errors";
import { readJson, sendJson } from "./http";

interface AccountDeps {
  db: Database;
  auth: Auth;
  log: Logger;
}

/** `POST /api/setup { token, email, name, password }`: makes the first admin and signs in. */
export async function handleSetup(request: IncomingMessage, response: ServerResponse, deps: AccountDeps) {
  const setup = parseBody(setupSchema, await readJson(request));
  const id = await setUpFirstAdmin(deps.db, setup);
  await auditAccount(request, deps, { id, email: setup.email, action: "setup" });
  await answerSignedIn(request, response, deps, setup);
}

/** `POST /api/invite/accept { token, name, password }`: makes the invited account and signs in. */
export async function handleInviteAccept(request: IncomingMessage, response: ServerResponse, deps: AccountDeps) {
  const accept = parseBody(inviteAcceptSchema, await readJson(request));
  const { id, email } = await acceptInvitation(deps.db, accept);
  await auditAccount(request, deps, { id, email, action: "invite.accept" });
  await answerSignedIn(request, response, deps, { email, password: accept.password });
}

function parseBody<Schema extends typeof setupSchema | typeof inviteAcceptSchema>(
  schema: Schema,
  body: unknown,
): Schema["_output"] {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new AppError("INVALID", describeIssues(parsed.error));
  return parsed.data;
}

async function answerSignedIn(
  request: IncomingMessage,
  response: ServerResponse,
  deps: AccountDeps,
  credentials: { email: string; password: string },
): Promise<void> {
  response.setHeader(
    "set-cookie",
    await deps.auth.signIn(request.headers, { email: credentials.email, password: credentials.password }),
  );
  sendJson(response, 200, { ok: true });
}

async function auditAccount(
  request: IncomingMessage,
  { db, log }: AccountDeps,
  { id, email, action }: { id: string; email: string; action: string },
): Promise<void> {
  const ip = request.headers["x-forwarded-for"];
  await db.auditEntry
    .create({
      data: {
        actorId: id,
        actor: email,
        action,
        target: email,
        ok: true,
        durationMs: 0,
        ip: typeof ip === "string" ? ip : null,
      },
    })
    .catch((error: unknown) => log.error({ err: error, action }, "the audit entry could not be written"));
}
