import type { IncomingHttpHeaders } from "node:http";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { APIError, createAuthMiddleware, getSessionFromCtx } from "better-auth/api";
import { betterAuth } from "better-auth/minimal";
import { fromNodeHeaders } from "better-auth/node";
import { z } from "zod";

import { emailSchema, PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "@/lib/accounts";
import { roleSchema } from "@/lib/role-schema";
import type { Database } from "@/server/db/client";
import type { AuditLog } from "@/server/services/audit/audit-log";
import type { SignedInUser } from "./context";
import { addressOf } from "./http";
import { isSecure } from "./origin";
import { SessionCache } from "./session-cache";
import type { SignInLimiter } from "./sign-in-limiter";

export interface AuthOptions {
  db: Database;
  databasePath: string;
  audit: AuditLog;
  secret: string;
  publicOrigins: readonly string[];
  limiter: SignInLimiter;
}

const SESSION_LIFETIME_SEC = 7 * 24 * 60 * 60;
/** A session in use is prolonged, and its "last used" told anew, at most this often. */
const SESSION_TOUCH_SEC = 5 * 60;

/** The endpoints of better-auth that are served; everything else of it answers 404. */
export const AUTH_PATHS: ReadonlySet<string> = new Set([
  "/api/auth/sign-in/email",
  "/api/auth/sign-out",
  "/api/auth/get-session",
  "/api/auth/change-password",
]);

export interface ActiveSession {
  sessionId: string;
  user: SignedInUser;
  expiresAt: Date;
  /** To be sent on with the answer where the session was prolonged. */
  setCookies: string[];
}

export interface Auth {
  /** Serves AUTH_PATHS. */
  handle(request: Request, secure: boolean): Promise<Response>;
  /** The session of a request's cookie; null where there is none, it expired, was revoked, or its person is disabled. */
  findSession(headers: IncomingHttpHeaders): Promise<ActiveSession | null>;
  /** Signs in with a password just set and returns the cookies. */
  signIn(headers: IncomingHttpHeaders, credentials: { email: string; password: string }): Promise<string[]>;
}

/** A cookie's Secure flag and `__Secure-` name are fixed when better-auth is made, so there is one for TLS and one for plain HTTP. */
export function createAuth(options: AuthOptions): Auth {
  const plain = makeBetterAuth(options, false);
  const tls = makeBetterAuth(options, true);
  const known = new SessionCache(options.databasePath);
  const forHeaders = (headers: IncomingHttpHeaders) => (isSecure(headers, options.publicOrigins) ? tls : plain);
  return {
    handle: (request, secure) => (secure ? tls : plain).handler(request),
    findSession: async (headers) =>
      headers.cookie === undefined
        ? null
        : known.find(`${isSecure(headers, options.publicOrigins)} ${headers.cookie}`, () =>
            lookUpSession(forHeaders(headers), headers),
          ),
    async signIn(headers, credentials) {
      const { headers: answer } = await forHeaders(headers).api.signInEmail({
        body: credentials,
        headers: fromNodeHeaders(headers),
        returnHeaders: true,
      });
      return answer.getSetCookie();
    },
  };
}

async function lookUpSession(auth: BetterAuth, headers: IncomingHttpHeaders): Promise<ActiveSession | null> {
  const { response, headers: answer } = await auth.api
    .getSession({ headers: fromNodeHeaders(headers), returnHeaders: true })
    .catch((error: unknown) => {
      // It was revoked while it was being prolonged.
      if (error instanceof APIError && error.status === "UNAUTHORIZED")
        return { response: null, headers: new Headers() };
      throw error;
    });
  if (!response || response.user.disabledAt) return null;
  return {
    sessionId: response.session.id,
    user: {
      id: response.user.id,
      email: response.user.email,
      name: response.user.name,
      // A role this version does not know gets the least.
      role: roleSchema.catch("viewer").parse(response.user.role),
    },
    expiresAt: response.session.expiresAt,
    setCookies: answer.getSetCookie(),
  };
}

type BetterAuth = ReturnType<typeof makeBetterAuth>;

function makeBetterAuth({ db, audit, secret, limiter }: AuthOptions, secure: boolean) {
  return betterAuth({
    appName: "Machineroom",
    // Unused but required: no mails, no redirects, no OAuth. The true origin is each request's own (origin.ts).
    baseURL: "http://machineroom.invalid/api/auth",
    trustedOrigins: [],
    secret,
    database: prismaAdapter(db, { provider: "sqlite" }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_MIN_LENGTH,
      maxPasswordLength: PASSWORD_MAX_LENGTH,
      revokeSessionsOnPasswordReset: true,
    },
    user: {
      additionalFields: {
        role: { type: "string", required: true, input: false, defaultValue: "viewer" },
        disabledAt: { type: "date", required: false, input: false },
      },
    },
    session: { expiresIn: SESSION_LIFETIME_SEC, updateAge: SESSION_TOUCH_SEC },
    advanced: {
      cookiePrefix: "machineroom",
      useSecureCookies: secure,
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax" },
      // origin.ts has judged every POST before it comes here, by a stricter rule that knows the request's own host.
      disableCSRFCheck: true,
    },
    // Ours counts failures only: see SignInLimiter.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    databaseHooks: { session: { create: { before: (session) => admitSession(db, session.userId) } } },
    hooks: {
      before: createAuthMiddleware(async (ctx) => {
        if (!(ctx.path in AUDITED)) return;
        // Kept in the context: who signs out is no longer known afterwards.
        const session = await getSessionFromCtx(ctx);
        const attempt = attemptOf(ctx, session?.user.email);
        if (!attempt.guesses) return;
        const waitSec = limiter.begin(attempt.ip, attempt.actor);
        if (waitSec === null) return;
        const message = `Too many attempts. Try again in ${waitSec} s.`;
        throw new APIError("TOO_MANY_REQUESTS", { message }, { "Retry-After": String(waitSec) });
      }),
      after: createAuthMiddleware(async (ctx) => {
        const action = AUDITED[ctx.path];
        if (action === undefined) return;
        const session = ctx.context.newSession ?? ctx.context.session;
        const { actor, ip, guesses } = attemptOf(ctx, session?.user.email);
        const failure = ctx.context.returned instanceof APIError ? ctx.context.returned : null;
        if (guesses && !failure) limiter.succeed(ip, actor);
        // What is no mail address may be a password typed into the wrong field.
        if (!emailSchema.safeParse(actor).success) return;
        await audit.record({
          actorId: session?.user.id ?? null,
          actor,
          action,
          ok: failure === null,
          error: failure?.message ?? null,
          ip,
        });
      }),
    },
  });
}

const AUDITED: Record<string, string | undefined> = {
  "/sign-in/email": "auth.signIn",
  "/sign-out": "auth.signOut",
  "/change-password": "auth.changePassword",
};

interface AttemptContext {
  path: string;
  /** Absent where signIn() calls, which knows that the password is right. */
  request?: Request | undefined;
  headers?: Headers | undefined;
  body?: unknown;
}

/** Who tries, from where, and whether the right answer would prove a password. A sign-in is by the address in its body. */
function attemptOf({ path, request, headers, body }: AttemptContext, signedInAs: string | undefined) {
  const isSignIn = path === "/sign-in/email";
  const parsed = isSignIn ? emailBodySchema.safeParse(body) : null;
  return {
    actor: (parsed?.success ? parsed.data.email.trim().toLowerCase() : isSignIn ? undefined : signedInAs) ?? "",
    ip: addressOf(Object.fromEntries(headers ?? [])),
    guesses: request !== undefined && (isSignIn || (path === "/change-password" && signedInAs !== undefined)),
  };
}

const emailBodySchema = z.object({ email: z.string() });

/** Of one person; a script that signs in anew for every call shall not fill the database. */
const MAX_SESSIONS = 100;

/** Nobody disabled gets a session; expired ones of the person are cleared away, and the longest unused beyond MAX_SESSIONS. */
async function admitSession(db: Database, userId: string): Promise<void> {
  const user = await db.user.findUnique({ where: { id: userId }, select: { disabledAt: true } });
  if (user?.disabledAt)
    throw new APIError("FORBIDDEN", { code: "ACCOUNT_DISABLED", message: "This account is disabled. Ask an admin." });
  await db.session.deleteMany({ where: { userId, expiresAt: { lt: new Date() } } });
  const surplus = await db.session.findMany({
    where: { userId },
    orderBy: { updatedAt: "desc" },
    skip: MAX_SESSIONS - 1,
    select: { id: true },
  });
  if (surplus.length > 0) await db.session.deleteMany({ where: { id: { in: surplus.map(({ id }) => id) } } });
}
