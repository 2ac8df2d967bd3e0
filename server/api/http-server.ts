import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { z } from "zod";

import { AppError, toErrorBody } from "@/lib/errors";
import { hasRole } from "@/lib/roles";
import type { Config } from "@/server/config";
import type { Deps } from "@/server/services/deps";
import { appRouter } from "./app-router";
import { type ActiveSession, AUTH_PATHS, type Auth } from "./auth";
import type { ApiContext } from "./context";
import { findDownload, sendDownload } from "./downloads";
import { httpStatus } from "./errors";
import {
  addressOf,
  BodyTooLargeError,
  MAX_BODY_BYTES,
  readBody,
  refuseUpgrade,
  sendError,
  sendJson,
  sendResponse,
} from "./http";
import { isSecure, refuseOrigin } from "./origin";
import { SessionSockets } from "./session-sockets";
import { ACCOUNT_PATHS } from "./setup";
import { handleTerminalUpgrade } from "./terminal-socket";
import { createTrpcHandler, SUBSCRIPTIONS_GO } from "./trpc-http";
import { createTrpcSockets, type TrpcSockets } from "./trpc-socket";

/** More than the web process takes, which adds some of its own. */
const MAX_HEADER_BYTES = 32 * 1024;
const LIMITS = { headersTimeout: 15_000, requestTimeout: 60_000, maxHeaderSize: MAX_HEADER_BYTES };
const CLOSE_GRACE_MS = 1500;
const TERMINAL_PATH = /^\/api\/terminals\/([0-9a-f-]{36})$/;

const subscriptionSchema = z.object({ type: z.literal("subscription") });
/** Answered before tRPC sees them, which would begin a stream with status 200 to tell its error in. */
const SUBSCRIPTION_PATHS: ReadonlySet<string> = new Set(
  Object.entries(appRouter._def.procedures)
    .filter(([, procedure]) => subscriptionSchema.safeParse(Reflect.get(procedure, "_def")).success)
    .map(([name]) => `/api/trpc/${name}`),
);

export interface ApiServerOptions {
  config: Config;
  deps: Deps;
  auth: Auth;
}

export interface ApiServer {
  server: Server;
  /** Ends sockets and stops taking requests; those under way are finished. */
  close(): Promise<void>;
}

/** Everything under /api: tRPC, sign-in, setup, health, and WebSockets. Listens nowhere yet. */
export function createApiServer({ config, deps, auth }: ApiServerOptions): ApiServer {
  const sockets = new SessionSockets({ db: deps.db, databasePath: config.databasePath, log: deps.log });
  const contextOf = (request: IncomingMessage, session: ActiveSession | null): ApiContext => ({
    user: session?.user ?? null,
    sessionId: session?.sessionId ?? null,
    ip: addressOf(request.headers),
    publicOrigin: originOf(request, config),
    log: deps.log,
    deps,
  });
  const trpcSockets = createTrpcSockets({ sockets, createContext: contextOf });
  const handle = createRequestHandler({ config, deps, auth }, contextOf);

  const server = createServer(LIMITS, (request, response) => {
    handle(request, response).catch((error: unknown) => answerFailure(request, response, error, deps));
  });
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    handleUpgrade({ config, deps, auth, sockets, trpcSockets }, request, socket, head).catch((error: unknown) => {
      deps.log.error({ err: error, path: pathOf(request) }, "upgrade failed");
      socket.destroy();
    });
  });
  return {
    server,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      sockets.closeAll();
      server.closeIdleConnections();
      // A browser that went away without a word would keep us waiting.
      setTimeout(() => {
        trpcSockets.terminate();
        server.closeAllConnections();
      }, CLOSE_GRACE_MS).unref();
      await closed;
    },
  };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

function createRequestHandler(
  { config, deps, auth }: ApiServerOptions,
  contextOf: (request: IncomingMessage, session: ActiveSession | null) => ApiContext,
): Handler {
  const trpc = createTrpcHandler({ auth, contextOf });
  const accounts = { db: deps.db, audit: deps.audit, auth };

  return async (request, response) => {
    const path = pathOf(request);
    const method = request.method ?? "GET";
    if (method !== "GET" && method !== "HEAD") {
      const refusal = refuseOrigin(request.headers, config.publicOrigins);
      if (refusal !== null) throw new AppError("FORBIDDEN", refusal);
    }
    if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) throw new BodyTooLargeError();
    if (SUBSCRIPTION_PATHS.has(path)) return sendError(response, 405, new AppError("INVALID", SUBSCRIPTIONS_GO));
    if (path.startsWith("/api/trpc/")) return trpc(request, response);
    if (path === "/api/health") {
      return sendJson(response, 200, {
        status: "ok",
        version: config.version,
        bus: deps.world.connected ? "connected" : "disconnected",
      });
    }
    if (AUTH_PATHS.has(path)) return serveAuth(request, response, auth, config);
    const download = method === "GET" ? findDownload(path) : undefined;
    if (download) {
      const session = await auth.findSession(request.headers);
      if (!session) return sendJson(response, 401, toErrorBody(new AppError("FORBIDDEN", "Sign in first.")));
      const query = new URLSearchParams(request.url?.split("?", 2)[1]);
      return sendDownload(response, download, { path, query }, session, deps);
    }
    const handleAccount = method === "POST" ? ACCOUNT_PATHS.get(path) : undefined;
    if (handleAccount) return handleAccount(request, response, accounts);
    throw new AppError("NOT_FOUND", "There is nothing at this address.");
  };
}

async function serveAuth(request: IncomingMessage, response: ServerResponse, auth: Auth, config: Config) {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const method = request.method ?? "GET";
  const body = method === "GET" || method === "HEAD" ? null : await readBody(request);
  const url = `http://machineroom.invalid${request.url ?? "/"}`;
  const answer = await auth.handle(
    new Request(url, { method, headers, body: body && body.length > 0 ? new Uint8Array(body) : null }),
    isSecure(request.headers, config.publicOrigins),
  );
  response.setHeader("cache-control", "no-store");
  await sendResponse(response, answer);
}

interface UpgradeDeps extends ApiServerOptions {
  sockets: SessionSockets;
  trpcSockets: TrpcSockets;
}

async function handleUpgrade(
  { config, deps, auth, sockets, trpcSockets }: UpgradeDeps,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const refusal = refuseOrigin(request.headers, config.publicOrigins);
  if (refusal !== null) return refuseUpgrade(socket, 403, new AppError("FORBIDDEN", refusal));
  const path = pathOf(request);
  const isTerminal = TERMINAL_PATH.test(path);
  const session = await auth.findSession(request.headers);
  if (!session) return refuseUpgrade(socket, 401, new AppError("FORBIDDEN", "Sign in first."));
  if (!isTerminal && path !== "/api/trpc") {
    return refuseUpgrade(socket, 404, new AppError("NOT_FOUND", "There is nothing at this address."));
  }
  if (!sockets.mayOpen(session.sessionId)) {
    return refuseUpgrade(socket, 429, new AppError("UNAVAILABLE", "Too many connections are open."));
  }
  if (!isTerminal) return trpcSockets.handleUpgrade(request, socket, head, session);
  if (!hasRole(session.user.role, "operator")) {
    return refuseUpgrade(
      socket,
      403,
      new AppError("FORBIDDEN", `This needs the role operator; you are ${session.user.role}.`),
    );
  }
  handleTerminalUpgrade(request, socket, head, { session, deps, sockets });
}

function answerFailure(request: IncomingMessage, response: ServerResponse, error: unknown, deps: Deps): void {
  if (!(error instanceof AppError)) deps.log.error({ err: error, path: pathOf(request) }, "request failed");
  const told = error instanceof AppError ? error : new AppError("INTERNAL", "Something went wrong inside Machineroom.");
  const tooLarge = error instanceof BodyTooLargeError;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  if (request.readableEnded) {
    sendError(response, tooLarge ? 413 : httpStatus(told.code), told);
    return;
  }
  // The rest of the body is read away first, for a while: closing under a sender that still writes would lose the answer.
  if (tooLarge) response.setHeader("connection", "close");
  let answered = false;
  const answer = () => {
    if (answered) return;
    answered = true;
    clearTimeout(timer);
    sendError(response, tooLarge ? 413 : httpStatus(told.code), told);
  };
  const timer = setTimeout(answer, 2000);
  request.once("end", answer).once("error", answer).resume();
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?", 1)[0] ?? "/";
}

function originOf(request: IncomingMessage, config: Config): string | undefined {
  const host = request.headers.host;
  if (host === undefined) return config.publicOrigins[0];
  return `${isSecure(request.headers, config.publicOrigins) ? "https" : "http"}://${host}`;
}
