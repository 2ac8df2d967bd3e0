import WebSocket from "ws";
import { z } from "zod";

import { BASE_URL, type Session } from "./session";

const frameSchema = z.object({
  result: z.object({ type: z.string(), data: z.unknown().optional() }).optional(),
  error: z.object({ message: z.string() }).optional(),
});

/** One tRPC subscription, as a page has it. Returns what ends it. */
export function subscribe(session: Session, path: string, input: unknown, onData: (data: unknown) => void): () => void {
  const cookie = session.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const socket = new WebSocket(`${BASE_URL.replace("http", "ws")}/api/trpc`, { headers: { cookie, origin: BASE_URL } });
  socket.on("open", () => socket.send(JSON.stringify({ id: 1, method: "subscription", params: { path, input } })));
  socket.on("message", (frame) => {
    const text = String(frame);
    if (text === "PING") return socket.send("PONG");
    const { result, error } = frameSchema.parse(JSON.parse(text));
    if (error) console.error(`${path}: ${error.message}`);
    if (result?.type === "data") onData(result.data);
  });
  // The part that waits for what never comes says so.
  socket.on("error", (error) => console.error(error));
  return () => socket.close();
}
