import {
  INPUT_FRAME_BYTES,
  INPUT_WINDOW_BYTES,
  isInterrupt,
  type RecordingEnd,
  type RecordingState,
  type TerminalClientMessage,
  type TerminalPerson,
  type TerminalSize,
  terminalServerMessageSchema,
} from "@/lib/terminal";

const ACK_EVERY_BYTES = 32 * 1024;
const MAX_RETRY_MS = 5000;
/** A network that swallows packets leaves a browser waiting for minutes. */
const OPEN_WITHIN_MS = 10_000;
const PING_MS = 20_000;
/** Nothing at all for so long after a question: on a slow link the answer waits behind a frame of output. */
const SIGN_WITHIN_MS = 8000;
/** A restored screen is one frame, which may have megabytes. */
const SCREEN_WITHIN_MS = 60_000;
/** Waiting to be sent; a larger paste is refused as a whole rather than cut. */
export const MAX_WAITING_INPUT_BYTES = 4 * 1024 * 1024;
/** 4404: the api does not know the terminal (any more). 1008: our own mistake. Neither is cured by trying again. */
const FINAL_CLOSES = [1008, 4404];

export interface ConnectionHandlers {
  /** Attached; also again after a lost network, and when this window had fallen behind. */
  onScreen(bytes: Uint8Array, size: TerminalSize): void;
  /** Call `parsed` when the bytes are in the terminal: the program is held back by what is not. */
  onOutput(bytes: Uint8Array, parsed: () => void): void;
  onResize(size: TerminalSize): void;
  onPeople(people: TerminalPerson[], you: string): void;
  /** Before the screen, and whenever it changes. */
  onRecording(recording: RecordingState | null, end: RecordingEnd | null): void;
  /** Asked at ^C: a full-screen program takes it as a key, and what was pasted before it is still wanted. */
  isFullScreen(): boolean;
  onExit(exit: { exitCode: number | null; signal: number | null }): void;
  /** The connection is gone and another is being tried. `refused`: it was never let in, so the session may have ended. */
  onLost(refused: boolean): void;
  /** The api knows no such terminal. */
  onGone(): void;
}

export interface TerminalConnection {
  /** False where nothing can be sent now, or too much is waiting already. */
  sendInput(bytes: Uint8Array): boolean;
  send(message: TerminalClientMessage): void;
  close(): void;
}

/** Stays attached to the api's terminal `id`: the protocol of lib/terminal.ts, reconnecting by itself. */
export function connectTerminal(id: string, handlers: ConnectionHandlers): TerminalConnection {
  const { protocol, host } = window.location;
  const url = `${protocol === "https:" ? "wss" : "ws"}://${host}/api/terminals/${id}`;
  let attempt = 0;
  let ended = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let link: Link | null = null;

  const connect = () => {
    clearTimeout(retry);
    const current = openLink(url, handlers, {
      attached: () => {
        attempt = 0;
      },
      closed: (code, wasOpen) => {
        if (ended || link !== current) return;
        link = null;
        if (FINAL_CLOSES.includes(code)) return handlers.onGone();
        retry = setTimeout(connect, Math.min(250 * 2 ** attempt, MAX_RETRY_MS));
        attempt += 1;
        handlers.onLost(!wasOpen);
      },
    });
    link = current;
  };
  /** The network may have gone or come back: a living connection answers, a dead one is not waited for. */
  const check = () => {
    if (link) link.check();
    else if (!ended && attempt > 0) connect();
  };
  const onVisibility = () => {
    link?.send({ type: "visible", visible: !document.hidden });
    if (!document.hidden) check();
  };
  window.addEventListener("online", check);
  window.addEventListener("offline", check);
  document.addEventListener("visibilitychange", onVisibility);
  const pinging = setInterval(() => {
    if (!document.hidden) link?.check();
  }, PING_MS);
  connect();
  return {
    sendInput: (bytes) => link?.sendInput(bytes) ?? false,
    send: (message) => link?.send(message),
    close() {
      ended = true;
      clearTimeout(retry);
      clearInterval(pinging);
      window.removeEventListener("online", check);
      window.removeEventListener("offline", check);
      document.removeEventListener("visibilitychange", onVisibility);
      link?.close();
    },
  };
}

interface Link extends TerminalConnection {
  /** Gives the connection up where no answer comes. */
  check(): void;
}

/** One WebSocket. `closed` is told once, also where the browser itself would take minutes to notice. */
function openLink(
  url: string,
  handlers: ConnectionHandlers,
  events: { attached(): void; closed(code: number, wasOpen: boolean): void },
): Link {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  let wasOpen = false;
  let closed = false;
  /** Gives the connection up, where nothing comes before. */
  let giveUp: ReturnType<typeof setTimeout> | undefined = setTimeout(() => close(1006), OPEN_WITHIN_MS);
  const live = () => {
    clearTimeout(giveUp);
    giveUp = undefined;
  };
  const send = (message: TerminalClientMessage) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  const close = (code: number) => {
    if (closed) return;
    closed = true;
    live();
    socket.close();
    events.closed(code, wasOpen);
  };
  const input = createInput(socket, handlers.isFullScreen);
  const acknowledge = createAcknowledger(send);
  let screenOf: TerminalSize | null = null;
  /** Nobody types blindly: before the screen is there it is not known either who looks and who records. */
  let attached = false;

  socket.onopen = () => {
    wasOpen = true;
    live();
    if (document.hidden) send({ type: "visible", visible: false });
  };
  socket.onclose = ({ code }) => close(code);
  socket.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (closed) return;
    live();
    if (data instanceof ArrayBuffer) {
      const bytes = new Uint8Array(data);
      if (screenOf) {
        const size = screenOf;
        screenOf = null;
        attached = true;
        events.attached();
        handlers.onScreen(bytes, size);
      } else handlers.onOutput(bytes, () => acknowledge(bytes.length));
      return;
    }
    const message = parseMessage(data);
    if (!message) return;
    if (message.type === "attached") screenOf = { cols: message.cols, rows: message.rows };
    else if (message.type === "resize") handlers.onResize({ cols: message.cols, rows: message.rows });
    else if (message.type === "people") handlers.onPeople(message.people, message.you);
    else if (message.type === "recording") handlers.onRecording(message.recording, message.end);
    else if (message.type === "exit") handlers.onExit(message);
    else if (message.type === "taken") input.taken(message.bytes);
  };
  return {
    send,
    sendInput: (bytes) => attached && input.send(bytes),
    check() {
      if (giveUp !== undefined || socket.readyState !== WebSocket.OPEN) return;
      giveUp = setTimeout(() => close(1006), screenOf ? SCREEN_WITHIN_MS : SIGN_WITHIN_MS);
      send({ type: "ping" });
    },
    close() {
      closed = true;
      live();
      socket.close();
    },
  };
}

function parseMessage(data: unknown) {
  try {
    return terminalServerMessageSchema.safeParse(typeof data === "string" ? JSON.parse(data) : null).data ?? null;
  } catch {
    return null;
  }
}

/** Counts what was parsed, and tells it now and then. */
function createAcknowledger(send: (message: TerminalClientMessage) => void): (bytes: number) => void {
  let parsed = 0;
  let told = 0;
  return (bytes) => {
    parsed += bytes;
    if (parsed - told < ACK_EVERY_BYTES) return;
    told = parsed;
    send({ type: "ack", bytes: parsed });
  };
}

/** Sends input no further ahead than the program reads, so that a paste can be stopped with ^C. */
function createInput(
  socket: WebSocket,
  isFullScreen: () => boolean,
): { send(bytes: Uint8Array): boolean; taken(bytes: number): void } {
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let waitingBytes = 0;
  let sent = 0;
  let takenBytes = 0;
  const push = (bytes: Uint8Array<ArrayBuffer>) => {
    sent += bytes.length;
    socket.send(bytes);
  };
  const pump = () => {
    while (sent - takenBytes < INPUT_WINDOW_BYTES) {
      const next = waiting.shift();
      if (!next) return;
      waitingBytes -= next.length;
      push(next);
    }
  };
  return {
    send(bytes) {
      if (socket.readyState !== WebSocket.OPEN || waitingBytes + bytes.length > MAX_WAITING_INPUT_BYTES) return false;
      // ^C alone goes before a paste that is still waiting, and ends it.
      if (isInterrupt(bytes) && !isFullScreen()) {
        waiting = [];
        waitingBytes = 0;
        push(new Uint8Array(bytes));
        return true;
      }
      for (let at = 0; at < bytes.length; at += INPUT_FRAME_BYTES) {
        waiting.push(new Uint8Array(bytes.subarray(at, at + INPUT_FRAME_BYTES)));
      }
      waitingBytes += bytes.length;
      pump();
      return true;
    },
    taken(bytes) {
      takenBytes = Math.max(takenBytes, bytes);
      pump();
    },
  };
}
