import type { IncomingMessage, ServerResponse } from "node:http";
import { TRPCError } from "@trpc/server";
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { incomingMessageToRequest } from "@trpc/server/adapters/node-http";

import { AppError } from "@/lib/errors";
import { appRouter } from "./app-router";
import type { ActiveSession, Auth } from "./auth";
import type { ApiContext } from "./context";
import { MAX_BODY_BYTES, sendResponse } from "./http";

export const SUBSCRIPTIONS_GO = "Subscriptions go over the WebSocket.";
const MAX_BATCH_CALLS = 30;

export interface TrpcHttpOptions {
  auth: Auth;
  contextOf(request: IncomingMessage, session: ActiveSession | null): ApiContext;
}

/**
 * tRPC calls over HTTP. Nothing is streamed here, so each answer goes out whole, in one write: tRPC's own adapter for Node writes it
 * in pieces, and every one of them wakes the web process and whoever waits. Errors: INVALID for an address that is none.
 */
export function createTrpcHandler({ auth, contextOf }: TrpcHttpOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = await fetchRequestHandler({
      router: appRouter,
      endpoint: "/api/trpc",
      req: toRequest(request, response),
      maxBatchSize: MAX_BATCH_CALLS,
      createContext: async ({ info, resHeaders }) => {
        const session = await auth.findSession(request.headers);
        // A stream over HTTP would outlive its session: only sockets are closed with theirs (SessionSockets).
        if (info.type === "subscription") {
          throw new TRPCError({ code: "METHOD_NOT_SUPPORTED", message: SUBSCRIPTIONS_GO });
        }
        for (const cookie of session?.setCookies ?? []) resHeaders.append("set-cookie", cookie);
        return contextOf(request, session);
      },
      responseMeta: () => ({
        headers: new Headers({ "cache-control": "no-store", "x-content-type-options": "nosniff" }),
      }),
    });
    await sendResponse(response, answer);
  };
}

function toRequest(request: IncomingMessage, response: ServerResponse): Request {
  try {
    return incomingMessageToRequest(request, response, { maxBodySize: MAX_BODY_BYTES });
  } catch (cause) {
    throw new AppError("INVALID", "This is no address.", { cause });
  }
}
