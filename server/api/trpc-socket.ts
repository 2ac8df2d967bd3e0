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
/** Of one frame (a page that comes back subscribes to everything at once) and of all frames of a second. */
const MAX_CALLS_PER_SEC = 200;
/** A browser that reads slower than this piles up memory here: it is cut off and comes back for a snapshot. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;
const CLOSE_POLICY = 1008;

export interface TrpcSockets {
  /** Takes an upgrade whose Origin and session were checked. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, session: ActiveSession): void;
  /** Cuts off those that did not answer. */
  terminate(): void;
}

/** tRPC subscriptions (and calls) over WebSocket, one connection a page. */
export function createTrpcSockets(options: {
  sockets: Pick<SessionSockets, "track">;
  createContext(request: IncomingMessage, session: ActiveSession): ApiContext;
}): TrpcSockets {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });
  return {
    handleUpgrade(request, socket, head, session) {
      server.handleUpgrade(request, socket, head, (client) => {
        options.sockets.track({ sessionId: session.sessionId, role: session.user.role, webSocket: client });
        const countCalls = limitClient(client);
        const connect = getWSConnectionHandler({
          wss: server,
          router: appRouter,
          createContext: () => ({
            ...options.createContext(request, session),
            subscriptions: new Set<symbol>(),
            backlogBytes: () => client.bufferedAmount,
          }),
          // On a slow link the question stands behind what is on its way already.
          keepAlive: { enabled: true, pingMs: 25_000, pongWaitMs: 30_000 },
          experimental_encoder: {
            encode: JSON.stringify,
            decode: (data) => {
              if (typeof data !== "string") throw new Error("binary frames carry nothing here");
              const message: unknown = JSON.parse(data);
              countCalls(Array.isArray(message) ? message.length : 1);
              return message;
            },
          },
        });
        connect(client, request);
      });
    },
    terminate() {
      for (const client of server.clients) client.terminate();
    },
  };
}

type Client = InstanceType<typeof WebSocketServer>["clients"] extends Set<infer Socket> ? Socket : never;

/** Refuses floods of frames and calls, and readers that don't read. Returns what counts the calls of a frame, and throws where they are too many. */
function limitClient(client: Client): (calls: number) => void {
  let frames = 0;
  let calls = 0;
  const refuse = () => {
    client.close(CLOSE_POLICY, "too many messages");
    // Nothing of what still arrives before the other side has closed too is answered.
    client.removeAllListeners("message");
  };
  client.on("message", () => {
    frames += 1;
    if (frames > MAX_FRAMES_PER_SEC) refuse();
  });
  const timer = setInterval(() => {
    frames = 0;
    calls = 0;
    if (client.bufferedAmount > MAX_BUFFERED_BYTES) client.terminate();
  }, 1000);
  timer.unref();
  client.once("close", () => clearInterval(timer));
  return (count) => {
    calls += count;
    if (calls <= MAX_CALLS_PER_SEC) return;
    refuse();
    throw new Error("too many calls");
  };
}
