import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import next from "next";

import { ME_HEADER } from "@/lib/me";
import { readConfig } from "@/server/config";
import { packageRoot } from "@/server/package-root";
import { askWhoIsSignedIn } from "./ask-me";
import { readCompressedFiles } from "./compressed-files";
import { type PipeOptions, pipeRequest, pipeUpgrade } from "./pipe";
import { refuseMalformed } from "./refuse-malformed";
import { COMMON_HEADERS, pageHeaders } from "./security-headers";

const STOP_DEADLINE_MS = 3000;

/** Serves the pages and pipes /api to the api process. Knows no session and no role: the api checks every call itself. */
async function main(): Promise<void> {
  const config = readConfig();
  const dev = process.env["NODE_ENV"] === "development";
  const app = next({ dev, dir: packageRoot(), hostname: config.host, port: config.port });
  await app.prepare();
  const renderPage = app.getRequestHandler();
  const upgradePage = app.getUpgradeHandler();
  const { apiSocket: socketPath, publicOrigins, trustedProxies } = config;
  const pipe: PipeOptions = { socketPath, publicOrigins, trustedProxies };
  const compressed = dev ? null : readCompressedFiles(join(packageRoot(), ".next/static"), "/_next/static");

  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(COMMON_HEADERS)) response.setHeader(name, value);
    if (isApi(request)) {
      pipeRequest(pipe, request, response);
      return;
    }
    if (compressed?.serve(request, response)) return;
    servePage(request, response).catch((error: unknown) => {
      process.stderr.write(`page failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  async function servePage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { nonce, contentSecurityPolicy } = pageHeaders(request.headers.host, dev);
    request.headers["content-security-policy"] = contentSecurityPolicy;
    request.headers["x-nonce"] = nonce;
    response.setHeader("content-security-policy", contentSecurityPolicy);
    delete request.headers[ME_HEADER];
    if (isDocument(request)) {
      const signedIn = await askWhoIsSignedIn(pipe, request);
      if (signedIn) request.headers[ME_HEADER] = signedIn.me;
      for (const cookie of signedIn?.setCookies ?? []) response.appendHeader("set-cookie", cookie);
    }
    await renderPage(request, response);
  }
  const upgraded = new Set<Duplex>();
  server.on("upgrade", (request, socket, head) => {
    upgraded.add(socket);
    socket.once("close", () => upgraded.delete(socket));
    if (isApi(request)) pipeUpgrade(pipe, request, socket, head);
    // Only the development server's hot reload has a socket of its own.
    else if (dev) void upgradePage(request, socket, head);
    else socket.destroy();
  });

  server.on("clientError", refuseMalformed);

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(config.port, config.host, () => resolve());
  });
  process.stdout.write(`listening on http://${config.host}:${config.port}\n`);

  const stop = () => {
    setTimeout(() => process.exit(0), STOP_DEADLINE_MS).unref();
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    // These never end by themselves, and the server would wait for them; pages connect again.
    for (const socket of upgraded) socket.destroy();
    void app.close();
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

function isApi(request: IncomingMessage): boolean {
  const path = request.url ?? "/";
  return path.startsWith("/api/") || path === "/api";
}

/** A page as a whole: not a part of one for a browser that has it already, nor a file. */
function isDocument({ method, headers }: IncomingMessage): boolean {
  return method === "GET" && headers["rsc"] === undefined && (headers.accept ?? "").includes("text/html");
}

main().catch((error: unknown) => {
  process.stderr.write(`machineroom web: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
