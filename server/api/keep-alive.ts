import type { WebSocket } from "ws";

const PING_MS = 25_000;

/**
 * A browser that vanished without a word is noticed within two pings, and does not stay in the list of who is there. Anything it says
 * counts: on a slow link a ping is told only after all the output before it. Returns how to stop.
 */
export function keepAlive(webSocket: Pick<WebSocket, "on" | "ping" | "terminate">): () => void {
  let alive = true;
  const live = () => {
    alive = true;
  };
  webSocket.on("pong", live);
  webSocket.on("message", live);
  const timer = setInterval(() => {
    if (!alive) return webSocket.terminate();
    alive = false;
    webSocket.ping();
  }, PING_MS).unref();
  return () => clearInterval(timer);
}
