import { getTRPCErrorFromUnknown, initTRPC, TRPCError } from "@trpc/server";

import { hasRole, type Role } from "@/lib/roles";
import type { ApiContext } from "./context";
import { formatTrpcError, toTrpcError } from "./errors";
import { recordMutation } from "./record-mutation";

/** `role` is required: a procedure without a declared role does not compile, and app-router.test.ts reads it back from every one. */
export interface ProcedureMeta {
  role: Role;
}

const t = initTRPC.context<ApiContext>().meta<ProcedureMeta>().create({
  errorFormatter: formatTrpcError,
});

const authorise = (role: Role) =>
  t.middleware(({ ctx, next }) => {
    if (!ctx.user || ctx.sessionId === null) {
      throw new TRPCError({ code: "UNAUTHORIZED", message: "Sign in first." });
    }
    if (!hasRole(ctx.user.role, role)) {
      throw new TRPCError({
        code: "FORBIDDEN",
        message: `This needs the role ${role}; you are ${ctx.user.role}.`,
      });
    }
    return next({ ctx: { ...ctx, user: ctx.user, sessionId: ctx.sessionId } });
  });

/** AppErrors of the services become tRPC errors in one place, whenever they are thrown; anything else is INTERNAL and logged. */
const translateErrors = t.middleware(async ({ ctx, next, path, type, signal }) => {
  const translate = (error: unknown) =>
    toTrpcError(getTRPCErrorFromUnknown(error), ctx.log.child({ procedure: path }), signal?.aborted);
  const result = await next();
  if (!result.ok) throw translate(result.error);
  if (type === "subscription") result.data = translating(result.data, translate);
  return result;
});

/** A subscription runs after its procedure has answered: what it throws then passes no middleware. */
async function* translating(source: unknown, translate: (error: unknown) => TRPCError): AsyncGenerator {
  try {
    yield* source as AsyncIterable<unknown>;
  } catch (error) {
    throw translate(error);
  }
}

/** Every mutation leaves an audit entry, whatever its end: actor, action, target, command, ok or error, duration. */
const audit = t.middleware(async ({ ctx, next, path, type, getRawInput }) => {
  if (type !== "mutation") return next();
  const startedAt = performance.now();
  const result = await next();
  await recordMutation(ctx, {
    action: path,
    // A body that can't be read has no target.
    input: await getRawInput().catch(() => undefined),
    outcome: result.ok ? { ok: true, data: result.data } : { ok: false, error: result.error },
    durationMs: performance.now() - startedAt,
  });
  return result;
});

/** Each is a listener here; a page needs a handful. */
const MAX_SUBSCRIPTIONS_PER_SOCKET = 64;

/** Bounds the subscriptions of one socket. */
const boundSubscriptions = t.middleware(async ({ ctx, next, type }) => {
  const open = ctx.subscriptions;
  if (type !== "subscription" || !open) return next();
  if (open.size >= MAX_SUBSCRIPTIONS_PER_SOCKET) {
    throw new TRPCError({ code: "TOO_MANY_REQUESTS", message: "Too many subscriptions are open on this connection." });
  }
  const key = Symbol();
  open.add(key);
  const result = await next();
  if (!result.ok) open.delete(key);
  else result.data = untilEnd(result.data, () => open.delete(key));
  return result;
});

async function* untilEnd(source: unknown, onEnd: () => void): AsyncGenerator {
  try {
    yield* source as AsyncIterable<unknown>;
  } finally {
    onEnd();
  }
}

export const router = t.router;
export const mergeRouters = t.mergeRouters;

/** The only way to make a procedure: `procedure("operator").input(…).mutation(…)`. `t.procedure` itself is not exported. */
export function procedure(role: Role) {
  return t.procedure.meta({ role }).use(translateErrors).use(audit).use(authorise(role)).use(boundSubscriptions);
}
