import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

import { AppError, toErrorBody } from "@/lib/errors";
import { rawAnswer } from "@/server/raw-answer";

/** Of any request body that is read into memory. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** Thrown where a body is larger than allowed; answered with 413. */
export class BodyTooLargeError extends AppError {
  constructor() {
    super("INVALID", `A request has at most ${MAX_BODY_BYTES} bytes.`);
  }
}

/** Reads a request's body. Throws BodyTooLargeError as soon as it is known to be too large. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) throw new BodyTooLargeError();
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop must not end the connection: the answer has still to go over it.
  const body: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new BodyTooLargeError();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads a JSON body. Throws INVALID where it is none, or is not called so. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers["content-type"] ?? "")) {
    throw new AppError("INVALID", "The body has to be JSON, sent as application/json.");
  }
  const text = (await readBody(request)).toString("utf8");
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError("INVALID", "The body is not JSON.", { cause });
  }
}

/** The browser's address: the web process sets X-Forwarded-For itself, and only root and its group reach the socket. Null for a direct call. */
export function addressOf(headers: IncomingHttpHeaders): string | null {
  const value = headers["x-forwarded-for"];
  return typeof value === "string" && value !== "" ? value.slice(0, 64) : null;
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(text);
}

/** Sends what a handler of the fetch standard answered, in one write. Adds to the headers that are set. */
export async function sendResponse(response: ServerResponse, answer: Response): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer());
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) if (name !== "set-cookie") response.setHeader(name, value);
  const cookies = answer.headers.getSetCookie();
  if (cookies.length > 0) response.setHeader("set-cookie", cookies);
  response.end(body);
}

export function sendError(response: ServerResponse, status: number, error: AppError): void {
  sendJson(response, status, toErrorBody(error));
}

/** Answers an upgrade with an HTTP status instead. */
export function refuseUpgrade(socket: Duplex, status: number, error: AppError): void {
  socket.on("error", () => socket.destroy());
  socket.end(rawAnswer(status, error));
}
