import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { BlockList } from "node:net";
import type { Duplex } from "node:stream";

import { AppError, toErrorBody } from "@/lib/errors";
import { clientAddress } from "./client-address";

export interface PipeOptions {
  /** The api's unix socket. */
  socketPath: string;
  /** Origins the dashboard is reached by through a TLS proxy. */
  publicOrigins: readonly string[];
  /** Proxies whose word about whom they ask for is taken. */
  trustedProxies: BlockList;
}

const AWAY = toErrorBody(
  new AppError("UNAVAILABLE", "Machineroom's api is not running.", {
    hint: "Look at it on the host: systemctl status machineroom-api.service",
  }),
);

/** Of one connection only (RFC 9110 §7.6.1), or told to the api by us alone. */
const DROPPED_HEADERS = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "forwarded",
]);

/** Copies one request to the api and its answer back, byte by byte, buffering neither. */
export function pipeRequest(options: PipeOptions, request: IncomingMessage, response: ServerResponse): void {
  const upstream = httpRequest({
    socketPath: options.socketPath,
    // A kept connection may belong to an api that has restarted since; a new one on a unix socket costs microseconds.
    agent: false,
    method: request.method,
    path: request.url,
    // Were the api to close after its answer, a body it has not read would turn the close into a reset, and lose the answer.
    headers: { ...forwardedHeaders(options, request), connection: "keep-alive" },
  });
  upstream.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, endToEndHeaders(answer.headers));
    answer.on("error", () => response.destroy());
    answer.pipe(response);
  });
  upstream.on("error", () => {
    // The api may answer (413) and close before it has read the whole body: then the answer counts, not the broken pipe.
    if (!response.headersSent) answerAway(request, response);
    else if (!response.writableEnded) setImmediate(() => response.end());
  });
  response.on("close", () => upstream.destroy());
  request.on("error", () => upstream.destroy());
  request.pipe(upstream);
}

function answerAway(request: IncomingMessage, response: ServerResponse): void {
  const body = JSON.stringify(AWAY);
  request.resume();
  response.writeHead(502, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
  });
  response.end(body);
}

/** Passes a WebSocket upgrade to the api; afterwards the two sockets are one. */
export function pipeUpgrade(options: PipeOptions, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.on("error", () => socket.destroy());
  const upstream = httpRequest({
    socketPath: options.socketPath,
    method: request.method,
    path: request.url,
    headers: { ...forwardedHeaders(options, request), connection: "Upgrade", upgrade: request.headers.upgrade },
  });
  upstream.on("upgrade", (answer, apiSocket, apiHead) => {
    socket.write(rawHead(answer));
    if (apiHead.length > 0) socket.write(apiHead);
    if (head.length > 0) apiSocket.write(head);
    apiSocket.on("error", () => socket.destroy());
    apiSocket.on("close", () => socket.destroy());
    socket.on("close", () => apiSocket.destroy());
    apiSocket.pipe(socket);
    socket.pipe(apiSocket);
  });
  upstream.on("response", (answer) => {
    socket.write(rawHead(answer, "close"));
    answer.on("error", () => socket.destroy());
    answer.pipe(socket);
  });
  upstream.on("error", () => {
    const body = JSON.stringify(AWAY);
    socket.end(
      `HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  });
  socket.on("close", () => upstream.destroy());
  upstream.end();
}

function endToEndHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => value !== undefined && !DROPPED_HEADERS.has(name)),
  );
}

/** The client's headers without what it may not tell the api about itself; who it is, we say. */
export function forwardedHeaders(options: PipeOptions, request: IncomingMessage): IncomingHttpHeaders {
  const headers = Object.fromEntries(
    Object.entries(endToEndHeaders(request.headers)).filter(([name]) => !name.startsWith("x-forwarded-")),
  );
  if (request.headers["transfer-encoding"] !== undefined) headers["transfer-encoding"] = "chunked";
  const host = request.headers.host ?? "";
  const overTls = options.publicOrigins.includes(`https://${host}`);
  return {
    ...headers,
    "x-forwarded-for": clientAddress(
      request.socket.remoteAddress,
      request.headers["x-forwarded-for"],
      options.trustedProxies,
    ),
    "x-forwarded-proto": overTls ? "https" : "http",
  };
}

function rawHead(answer: IncomingMessage, connection?: string): string {
  const lines = [`HTTP/1.1 ${answer.statusCode ?? 502} ${answer.statusMessage ?? ""}`];
  for (let index = 0; index + 1 < answer.rawHeaders.length; index += 2) {
    const name = answer.rawHeaders[index] ?? "";
    const isHop = ["connection", "transfer-encoding", "keep-alive"].includes(name.toLowerCase());
    if (connection === undefined || !isHop) lines.push(`${name}: ${answer.rawHeaders[index + 1] ?? ""}`);
  }
  if (connection !== undefined) lines.push(`Connection: ${connection}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}
