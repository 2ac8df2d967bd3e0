import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { getWSConnectionHandler } from "@trpc/server/adapters/ws";
import { WebSocketServer } from "ws";

import { appRouter } from "./app-router";
import type { ActiveSession } from "./auth";
import type { ApiContext } from "./context";
import type { SessionSockets } from "./session-sockets";

/** A call's frame; inputs are small. */
const MAX_FRAME_BYTES = 64 * 1024;
const MAX_FRAMES_PER_SEC = 100;
/** A browser that reads slower than this piles up memory here: it is cut off and comes back for a snapshot. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;
/** Close code for "sign in again" (4000-4999 are the application's). */
export const CLOSE_SESSION_ENDED = 4401;
const CLOSE_POLICY = 1008;
const CLOSE_RESTART = 1012;

export interface TrpcSockets {
  /** Takes an upgrade whose Origin and session were checked. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, session: ActiveSession): void;
  /** Says good-bye to every page; they come back by themselves. */
  close(): void;
  /** Cuts off those that did not answer. */
  terminate(): void;
}

/** tRPC subscriptions (and calls) over WebSocket, one connection a page. */
export function createTrpcSockets(options: {
  sockets: SessionSockets;
  createContext(request: IncomingMessage, session: ActiveSession): ApiContext;
}): TrpcSockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });
  const sessions = new WeakMap<IncomingMessage, ActiveSession>();
  const connect = getWSConnectionHandler({
    wss: server,
    router: appRouter,
    createContext: ({ req }) => {
      const session = sessions.get(req);
      if (!session) throw new Error("a socket without a session");
      return options.createContext(req, session);
    },
    keepAlive: { enabled: true, pingMs: 25_000, pongWaitMs: 10_000 },
  });
  return {
    handleUpgrade(request, socket, head, session) {
      sessions.set(request, session);
      server.handleUpgrade(request, socket, head, (client) => {
        const forget = options.sockets.track({
          sessionId: session.sessionId,
          role: session.user.role,
          close: () => client.close(CLOSE_SESSION_ENDED, "the session has ended"),
        });
        client.once("close", forget);
        limitClient(client);
        connect(client, request);
      });
    },
    close() {
      for (const client of server.clients) client.close(CLOSE_RESTART, "the server is restarting");
      server.close();
    },
    terminate() {
      for (const client of server.clients) client.terminate();
    },
  };
}

type Client = InstanceType<typeof WebSocketServer>["clients"] extends Set<infer Socket> ? Socket : never;

/** Refuses floods of frames and readers that don't read. */
function limitClient(client: Client): void {
  let frames = 0;
  client.on("message", () => {
    frames += 1;
    if (frames > MAX_FRAMES_PER_SEC) client.close(CLOSE_POLICY, "too many messages");
  });
  const timer = setInterval(() => {
    frames = 0;
    if (client.bufferedAmount > MAX_BUFFERED_BYTES) client.terminate();
  }, 1000);
  timer.unref();
  client.once("close", () => clearInterval(timer));
}
