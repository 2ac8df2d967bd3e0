import type { Duplex } from "node:stream";

import { AppError } from "@/lib/errors";
import { rawAnswer } from "@/server/raw-answer";

/** What a browser still sends is read away for so long. */
const LINGER_MS = 2000;

const MALFORMED: Refusal = [400, "This is not an HTTP request."];
const REFUSALS: ReadonlyMap<string, Refusal> = new Map<string, Refusal>([
  ["HPE_HEADER_OVERFLOW", [431, "A request has at most 16 KiB of address and headers.", "Clear this site's cookies."]],
  ["HPE_CHUNK_EXTENSIONS_OVERFLOW", [413, "The extensions of a chunk are too large."]],
  ["ERR_HTTP_REQUEST_TIMEOUT", [408, "The request was not sent in time."]],
]);

type Refusal = readonly [status: number, message: string, hint?: string];

/**
 * Answers a request that Node's HTTP parser refused (the server's event `clientError`) and closes. Node itself closes at once,
 * which resets the connection of who still sends: the answer is lost then.
 */
export function refuseMalformed(error: Error & { code?: string }, socket: Duplex): void {
  // Told again of every chunk that comes after.
  if (socket.writableEnded) return;
  // Within another answer it would be taken for a part of it.
  if (error.code === "ECONNRESET" || !socket.writable || Reflect.get(socket, "_httpMessage")) {
    socket.destroy();
    return;
  }
  const [status, message, hint] = REFUSALS.get(error.code ?? "") ?? MALFORMED;
  socket.end(rawAnswer(status, new AppError("INVALID", message, { hint })));
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(timer));
}
