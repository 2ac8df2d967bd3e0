import { FitAddon } from "@xterm/addon-fit";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";

import { type TerminalClientMessage, terminalServerMessageSchema } from "@/lib/terminal";

const ACK_EVERY_BYTES = 64 * 1024;
const MAX_RETRY_MS = 5000;
/** 4404: the api does not know the terminal (any more). 1008: our own mistake. Neither is cured by trying again. */
const FINAL_CLOSES = [1008, 4404];

export interface TerminalHandlers {
  onConnected(connected: boolean): void;
  onExit(exitCode: number | null): void;
  onGone(): void;
}

/** Shows the api's terminal `id` in `element` and stays attached through lost networks. Returns the way to end it. */
export function connectTerminal(
  element: HTMLElement,
  id: string,
  label: string,
  handlers: TerminalHandlers,
): () => void {
  const terminal = new Terminal({
    fontFamily: '"JetBrains Mono Variable", monospace',
    fontSize: 13,
    scrollback: 5000,
    theme: { background: "#0c0f11", foreground: "#d6dde3" },
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(new WebLinksAddon());
  terminal.open(element);
  terminal.textarea?.setAttribute("aria-label", label);
  fit.fit();
  terminal.focus();

  let socket: WebSocket | null = null;
  let ended = false;
  let attempt = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const control = (message: TerminalClientMessage) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const encoder = new TextEncoder();
  const sendInput = (bytes: Uint8Array<ArrayBuffer>) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(bytes);
  };
  terminal.onData((text) => sendInput(encoder.encode(text)));
  terminal.onBinary((text) => sendInput(Uint8Array.from(text, (character) => character.charCodeAt(0))));
  terminal.onResize(({ cols, rows }) => control({ type: "resize", cols, rows }));

  const attach = () => {
    const { protocol, host } = window.location;
    const current = new WebSocket(`${protocol === "https:" ? "wss" : "ws"}://${host}/api/terminals/${id}`);
    current.binaryType = "arraybuffer";
    socket = current;
    let screenExpected = false;
    let parsed = 0;
    let acked = 0;
    const acknowledge = (bytes: number) => {
      parsed += bytes;
      if (parsed - acked < ACK_EVERY_BYTES || socket !== current) return;
      acked = parsed;
      control({ type: "ack", bytes: parsed });
    };
    current.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) {
        const bytes = new Uint8Array(data);
        if (screenExpected) {
          screenExpected = false;
          terminal.reset();
          terminal.write(bytes);
        } else terminal.write(bytes, () => acknowledge(bytes.length));
        return;
      }
      const message = terminalServerMessageSchema.safeParse(typeof data === "string" ? JSON.parse(data) : null);
      if (!message.success) return;
      if (message.data.type === "attached") {
        screenExpected = true;
        attempt = 0;
        handlers.onConnected(true);
        control({ type: "resize", cols: terminal.cols, rows: terminal.rows });
      } else if (message.data.type === "exit") handlers.onExit(message.data.exitCode);
    };
    current.onclose = ({ code }) => {
      if (ended) return;
      if (FINAL_CLOSES.includes(code)) {
        handlers.onGone();
        return;
      }
      handlers.onConnected(false);
      retry = setTimeout(attach, Math.min(250 * 2 ** attempt, MAX_RETRY_MS));
      attempt += 1;
    };
  };
  attach();
  const observer = new ResizeObserver(() => fit.fit());
  observer.observe(element);
  return () => {
    ended = true;
    clearTimeout(retry);
    observer.disconnect();
    socket?.close();
    terminal.dispose();
  };
}
