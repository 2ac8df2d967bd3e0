import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { BlockList } from "node:net";
import type { Duplex } from "node:stream";

import { AppError, toErrorBody } from "@/lib/errors";
import { rawAnswer } from "@/server/raw-answer";
import { clientAddress } from "./client-address";

export interface PipeOptions {
  /** The api's unix socket. */
  socketPath: string;
  /** Origins the dashboard is reached by through a TLS proxy. */
  publicOrigins: readonly string[];
  /** Proxies whose word about whom they ask for is taken. */
  trustedProxies: BlockList;
}

const AWAY = new AppError("UNAVAILABLE", "Machineroom's api is not running.", {
  hint: "Look at it on the host: systemctl status machineroom-api.service",
});

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

/** Connections to the api that wait for the next question: setting one up anew is a good part of a short answer's time. */
const keptConnections = new Agent({ keepAlive: true, maxFreeSockets: 8 });

/** Copies one request to the api and its answer back, byte by byte, buffering neither. */
export function pipeRequest(options: PipeOptions, request: IncomingMessage, response: ServerResponse): void {
  const headers = { ...forwardedHeaders(options, request), connection: "keep-alive" };
  const { method, url: path } = request;
  const ask = (agent: Agent | false) => httpRequest({ socketPath: options.socketPath, agent, method, path, headers });
  const hasBody = request.headers["transfer-encoding"] !== undefined || request.headers["content-length"] !== undefined;
  if ((method === "GET" || method === "HEAD") && !hasBody) {
    const first = ask(keptConnections);
    passAnswer(first, request, response, () => {
      // The api has closed the kept connection, or is another one since: nothing was answered, and asking twice changes nothing.
      const mayAsk = first.reusedSocket && !response.headersSent && !response.destroyed;
      if (mayAsk) passAnswer(ask(false), request, response).end();
      return mayAsk;
    }).end();
  } else {
    // A body can't be sent twice. The connection is kept for this one answer: were the api to close it behind an answer to a body
    // it has not read, that would be a reset, and the answer lost.
    request.pipe(passAnswer(ask(false), request, response));
  }
}

/** Copies the answer back. `askAgain` is true where another call answers in place of one that failed. */
function passAnswer(
  upstream: ClientRequest,
  request: IncomingMessage,
  response: ServerResponse,
  askAgain: () => boolean = () => false,
): ClientRequest {
  upstream.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, endToEndHeaders(answer.headers));
    answer.on("error", () => response.destroy());
    answer.pipe(response);
  });
  upstream.on("error", () => {
    if (askAgain()) return;
    // The api may answer (413) and close before it has read the whole body: then the answer counts, not the broken pipe.
    if (!response.headersSent) answerAway(request, response);
    else if (!response.writableEnded) setImmediate(() => response.end());
  });
  response.on("close", () => upstream.destroy());
  request.on("error", () => upstream.destroy());
  return upstream;
}

function answerAway(request: IncomingMessage, response: ServerResponse): void {
  const body = JSON.stringify(toErrorBody(AWAY));
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
  upstream.on("error", () => void socket.end(rawAnswer(502, AWAY)));
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
