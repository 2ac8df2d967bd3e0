import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";

import { type TerminalServerMessage, terminalClientMessageSchema } from "@/lib/terminal";
import type { Deps } from "@/server/services/deps";
import type { TerminalSession } from "@/server/services/terminals/terminal-session";
import type { SignedInUser } from "./context";

/** RFC 6455 §7.4: policy violation; 4xxx are ours. */
const CLOSE_MALFORMED = 1008;
const CLOSE_STALLED = 4408;
const CLOSE_UNKNOWN = 4404;

const server = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });

/** `/api/terminals/ID`: binary frames are bytes, text frames JSON control (lib/terminal.ts). Session, role and Origin were checked. */
export function handleTerminalUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { deps }: { user: SignedInUser; deps: Deps },
): void {
  server.handleUpgrade(request, socket, head, (webSocket) => {
    const id = new URL(request.url ?? "/", "http://localhost").pathname.split("/").at(-1) ?? "";
    const session = deps.terminals.get(id);
    if (session) serve(webSocket, session);
    else {
      const gone = { code: "NOT_FOUND", message: "This terminal is not open any more.", hint: "Open a new one." };
      send(webSocket, { type: "error", ...gone });
      webSocket.close(CLOSE_UNKNOWN, "no such terminal");
    }
  });
}

function send(webSocket: WebSocket, message: TerminalServerMessage): void {
  webSocket.send(JSON.stringify(message));
}

function serve(webSocket: WebSocket, session: TerminalSession): void {
  const { info, size } = session;
  const { id, machine, kind, command, startedAt } = info;
  const attachment = session.attach(
    {
      send: (data) => webSocket.send(data),
      resized: (cols, rows) => send(webSocket, { type: "resize", cols, rows }),
      exited: (exit) => send(webSocket, { type: "exit", ...exit }),
      stalled: () => webSocket.close(CLOSE_STALLED, "the browser stopped reading"),
    },
    (screen) => {
      send(webSocket, { type: "attached", id, machine, kind, command, startedAt, ...size });
      webSocket.send(screen);
    },
  );
  webSocket.on("message", (data, isBinary) => {
    const bytes = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
    if (isBinary) session.write(bytes);
    else control(webSocket, session, attachment.ack, bytes.toString("utf8"));
  });
  webSocket.on("close", attachment.detach);
  webSocket.on("error", () => webSocket.terminate());
}

function control(webSocket: WebSocket, session: TerminalSession, ack: (bytes: number) => void, text: string): void {
  const message = terminalClientMessageSchema.safeParse(parseJson(text));
  if (!message.success) {
    send(webSocket, { type: "error", code: "INVALID", message: "The message is not understood.", hint: null });
    webSocket.close(CLOSE_MALFORMED, "malformed message");
  } else if (message.data.type === "resize") session.resize(message.data.cols, message.data.rows);
  else ack(message.data.bytes);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
