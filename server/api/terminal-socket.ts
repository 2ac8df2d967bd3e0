import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";

import { toErrorBody } from "@/lib/errors";
import { type TerminalServerMessage, terminalClientMessageSchema } from "@/lib/terminal";
import type { Deps } from "@/server/services/deps";
import { noSuchTerminal } from "@/server/services/terminals/terminal-registry";
import type { TerminalAttachment, TerminalSession } from "@/server/services/terminals/terminal-session";
import type { ActiveSession } from "./auth";
import type { SignedInUser } from "./context";
import { keepAlive } from "./keep-alive";
import type { SessionSockets } from "./session-sockets";

/** RFC 6455 §7.4: policy violation; 4xxx are ours. */
const CLOSE_MALFORMED = 1008;
const CLOSE_UNKNOWN = 4404;

const MAX_FRAME_BYTES = 64 * 1024;
/** Input the program has not read. A browser that heeds `taken` never comes near. */
const MAX_UNTAKEN_BYTES = 1024 * 1024;
const TAKEN_EVERY_BYTES = 8 * 1024;
/**
 * What piles up for a browser that reads nothing, or says it had. Flow control keeps the output of one that tells the truth far below,
 * but a restored screen may have megabytes where every cell has a colour of its own.
 */
const MAX_BUFFERED_BYTES = 32 * 1024 * 1024;

const server = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false });

/** `/api/terminals/ID`: binary frames are bytes, text frames JSON control (lib/terminal.ts). Session, role and Origin were checked. */
export function handleTerminalUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { session: { sessionId, user }, deps, sockets }: { session: ActiveSession; deps: Deps; sockets: SessionSockets },
): void {
  server.handleUpgrade(request, socket, head, (webSocket) => {
    sockets.track({ sessionId, role: user.role, webSocket });
    // ws tells the other side the code of the error, and cuts off who does not answer. Cut off here, the code would be lost on its way.
    webSocket.on("error", () => undefined);
    const id = new URL(request.url ?? "/", "http://localhost").pathname.split("/").at(-1) ?? "";
    const terminal = deps.terminals.get(id);
    if (terminal) serve(webSocket, terminal, user);
    else sayGone(webSocket);
  });
}

function send(webSocket: WebSocket, message: TerminalServerMessage): void {
  sendBounded(webSocket, JSON.stringify(message));
}

function sendBounded(webSocket: WebSocket, data: string | Buffer): void {
  webSocket.send(data);
  if (webSocket.bufferedAmount > MAX_BUFFERED_BYTES) webSocket.terminate();
}

function sayGone(webSocket: WebSocket): void {
  send(webSocket, { type: "error", ...toErrorBody(noSuchTerminal()) });
  webSocket.close(CLOSE_UNKNOWN, "no such terminal");
}

function refuse(webSocket: WebSocket, message: string): void {
  send(webSocket, { type: "error", code: "INVALID", message, hint: null });
  webSocket.close(CLOSE_MALFORMED, message);
}

function serve(webSocket: WebSocket, session: TerminalSession, user: SignedInUser): void {
  const { id, machine, kind, command, startedAt } = session.info;
  const attachment = session.attach(
    {
      send: (data) => sendBounded(webSocket, data),
      attached: (screen, size) => {
        send(webSocket, { type: "attached", id, machine, kind, command, startedAt, ...size });
        webSocket.send(screen);
      },
      resized: (size) => send(webSocket, { type: "resize", ...size }),
      people: (people) => send(webSocket, { type: "people", you: user.id, people }),
      recording: (recording, end) => send(webSocket, { type: "recording", recording, end }),
      exited: (exit) => send(webSocket, { type: "exit", ...exit }),
      gone: () => sayGone(webSocket),
    },
    { id: user.id, name: user.name === "" ? user.email : user.name },
  );
  const input = createInput(webSocket, attachment);
  webSocket.on("message", (data, isBinary) => {
    if (isBinary) input(toBuffer(data));
    else control(webSocket, attachment, toBuffer(data).toString("utf8"));
  });
  const stopPinging = keepAlive(webSocket);
  webSocket.on("close", () => {
    stopPinging();
    attachment.detach();
  });
}

/** Counts input and tells what the program has taken of it. */
function createInput(webSocket: WebSocket, attachment: TerminalAttachment): (data: Buffer) => void {
  let received = 0;
  let taken = 0;
  let told = 0;
  return (data) => {
    received += data.length;
    if (received - taken > MAX_UNTAKEN_BYTES) {
      refuse(webSocket, "Too much input at once.");
      return;
    }
    attachment.write(data, () => {
      taken += data.length;
      if (taken - told < TAKEN_EVERY_BYTES || webSocket.readyState !== webSocket.OPEN) return;
      told = taken;
      send(webSocket, { type: "taken", bytes: taken });
    });
  };
}

function control(webSocket: WebSocket, attachment: TerminalAttachment, text: string): void {
  const parsed = terminalClientMessageSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    refuse(webSocket, "The message is not understood.");
    return;
  }
  const message = parsed.data;
  if (message.type === "resize") attachment.resize({ cols: message.cols, rows: message.rows });
  else if (message.type === "ack") attachment.ack(message.bytes);
  else if (message.type === "visible") attachment.setVisible(message.visible);
  else if (message.type === "ping") send(webSocket, { type: "pong" });
  else if (message.type === "ask") attachment.ask();
  else attachment.setTyping(message.person, message.allow);
}

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
