"use client";

import { QueryClient } from "@tanstack/react-query";
import {
  createTRPCClient,
  createWSClient,
  httpBatchLink,
  httpLink,
  splitLink,
  TRPCClientError,
  wsLink,
} from "@trpc/client";
import { createTRPCContext, createTRPCOptionsProxy } from "@trpc/tanstack-react-query";

import type { AppRouter } from "@/server/api/app-router";
import { CLOSE_SESSION_ENDED } from "../sockets";
import { promptWebSocket } from "./prompt-socket";

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

/** True where the api says that nobody is signed in. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof TRPCClientError && error.data?.code === "UNAUTHORIZED";
}

/** Calls over HTTP, batched but where `context.skipBatch` is set; subscriptions over one WebSocket that reconnects by itself. */
export function createApiClient(queryClient: QueryClient) {
  const askWhoIsSignedIn = () => void queryClient.invalidateQueries(api.me.queryFilter());
  let opened = false;
  const socket = createWSClient({
    url: () => `${window.location.origin.replace(/^http/, "ws")}/api/trpc`,
    lazy: { enabled: true, closeMs: 10_000 },
    WebSocket: promptWebSocket(),
    // The page then goes to sign-in, or shows what the new role may do.
    onClose: (cause) => {
      if (cause?.code === CLOSE_SESSION_ENDED) askWhoIsSignedIn();
    },
    // A role that changed while there was no socket was told to nobody.
    onOpen: () => {
      if (opened) askWhoIsSignedIn();
      opened = true;
    },
    retryDelayMs: (attempt) => Math.min(250 * 2 ** attempt, 5000),
  });
  const client = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === "subscription",
        true: wsLink({ client: socket }),
        false: splitLink({
          // What takes long keeps no other answer waiting, and is ended alone: a batch ends when nobody waits for any of it.
          condition: ({ context }) => context["skipBatch"] === true,
          true: httpLink({ url: "/api/trpc" }),
          false: httpBatchLink({ url: "/api/trpc", maxItems: 20 }),
        }),
      }),
    ],
  });
  const api = createTRPCOptionsProxy<AppRouter>({ client, queryClient });
  return client;
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // "Offline" says nothing of a dashboard on the same host or network: calls are made, and tell themselves when they fail.
      mutations: { networkMode: "always" },
      queries: {
        networkMode: "always",
        staleTime: 10_000,
        retry: (count, error) => !isSignedOut(error) && count < 3,
      },
    },
  });
}
