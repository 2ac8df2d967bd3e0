import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { INPUT_FRAME_BYTES, INPUT_WINDOW_BYTES, type TerminalServerMessage } from "@/lib/terminal";
import { type ConnectionHandlers, connectTerminal, MAX_WAITING_INPUT_BYTES } from "./terminal-connection";

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 3;

/** The network's end of a WebSocket: does what a test says, and nothing else. */
class Socket {
  static readonly OPEN = OPEN;
  static all: Socket[] = [];
  readyState = CONNECTING;
  binaryType = "";
  readonly sent: (string | Uint8Array)[] = [];
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor(readonly url: string) {
    Socket.all.push(this);
  }
  send(data: string | Uint8Array): void {
    this.sent.push(data);
  }
  close(): void {
    this.readyState = CLOSED;
  }

  open(): void {
    this.readyState = OPEN;
    this.onopen?.();
  }
  tell(message: TerminalServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  bring(bytes: number): void {
    this.onmessage?.({ data: new ArrayBuffer(bytes) });
  }
  /** The restored screen. */
  attach(): void {
    this.open();
    this.announceScreen();
    this.bring(0);
  }
  announceScreen(): void {
    const size = { cols: 80, rows: 24 };
    this.tell({ type: "attached", id: "t", machine: "m", kind: "shell", command: [], startedAt: "", ...size });
  }
  get messages(): string[] {
    return this.sent.filter((data) => typeof data === "string");
  }
  get input(): Uint8Array[] {
    return this.sent.filter((data) => data instanceof Uint8Array);
  }
  get inputBytes(): number {
    return this.input.reduce((sum, { length }) => sum + length, 0);
  }
}

const page = Object.assign(new EventTarget(), { location: { protocol: "https:", host: "dashboard" } });
const sheet = Object.assign(new EventTarget(), { hidden: false });
const ending: (() => void)[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  Socket.all = [];
  sheet.hidden = false;
  vi.stubGlobal("WebSocket", Socket);
  vi.stubGlobal("window", page);
  vi.stubGlobal("document", sheet);
});
afterEach(() => {
  for (const end of ending.splice(0)) end();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function connect() {
  const handlers = {
    onScreen: vi.fn(),
    onOutput: vi.fn<ConnectionHandlers["onOutput"]>((_bytes, parsed) => parsed()),
    onResize: vi.fn(),
    onPeople: vi.fn(),
    onRecording: vi.fn(),
    isFullScreen: vi.fn(() => false),
    onExit: vi.fn(),
    onLost: vi.fn(),
    onGone: vi.fn(),
  };
  const connection = connectTerminal("t", handlers);
  ending.push(() => connection.close());
  return { handlers, connection };
}

/** The n-th WebSocket that was opened. */
function socket(index = 0): Socket {
  const found = Socket.all[index];
  if (!found) throw new Error(`only ${Socket.all.length} were opened`);
  return found;
}

const pass = (ms: number) => vi.advanceTimersByTime(ms);
const setHidden = (hidden: boolean) => {
  sheet.hidden = hidden;
  sheet.dispatchEvent(new Event("visibilitychange"));
};

describe("a connection", () => {
  test("that does not come about is given up, and tried again", () => {
    const { handlers } = connect();
    pass(9000);
    expect(Socket.all).toHaveLength(1);
    pass(2000);
    expect(handlers.onLost).toHaveBeenCalledExactlyOnceWith(true);
    expect(socket().readyState).toBe(CLOSED);
    expect(Socket.all).toHaveLength(2);
    socket(1).attach();
    pass(15_000);
    expect(handlers.onScreen).toHaveBeenCalledTimes(1);
    expect(Socket.all).toHaveLength(2);
  });

  test("that comes about too late changes nothing any more", () => {
    const { handlers } = connect();
    pass(11_000);
    socket(0).attach();
    expect(handlers.onScreen).not.toHaveBeenCalled();
  });

  test("that is silent after a question is given up", () => {
    const { handlers } = connect();
    socket().attach();
    pass(20_000);
    expect(socket().messages).toEqual(['{"type":"ping"}']);
    pass(7000);
    expect(handlers.onLost).not.toHaveBeenCalled();
    pass(2000);
    expect(handlers.onLost).toHaveBeenCalledExactlyOnceWith(false);
    expect(Socket.all).toHaveLength(2);
  });

  test("that answers, or brings anything else, is kept: on a slow link much output is before the answer", () => {
    const { handlers } = connect();
    socket().attach();
    pass(20_000);
    pass(7000);
    socket().bring(64 * 1024);
    pass(7000);
    socket().tell({ type: "pong" });
    pass(6000);
    expect(socket().messages).toEqual(['{"type":"ping"}', '{"type":"ack","bytes":65536}', '{"type":"ping"}']);
    socket().tell({ type: "taken", bytes: 0 });
    pass(7999);
    expect(handlers.onLost).not.toHaveBeenCalled();
  });

  test("that is bringing a screen is given the time for it", () => {
    const { handlers } = connect();
    socket().open();
    socket().announceScreen();
    pass(40_000);
    expect(handlers.onLost).not.toHaveBeenCalled();
    socket().bring(4 * 1024 * 1024);
    expect(handlers.onScreen).toHaveBeenCalledTimes(1);
    pass(30_000);
    expect(handlers.onLost).toHaveBeenCalledTimes(1);
  });

  test("is asked at once when the network changes, and tried more and more seldom while it is gone", () => {
    connect();
    socket().attach();
    page.dispatchEvent(new Event("offline"));
    expect(socket().messages).toEqual(['{"type":"ping"}']);
    pass(8000);
    const gaps: number[] = [];
    for (let index = 1; index < 8; index += 1) {
      let waited = 0;
      for (; Socket.all.length <= index; waited += 50) pass(50);
      gaps.push(waited);
      socket(index).onclose?.({ code: 1006 });
    }
    expect(gaps).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
  });

  test.each([1008, 4404])("closed with %i is not tried again", (code) => {
    const { handlers } = connect();
    socket().attach();
    socket().onclose?.({ code });
    pass(60_000);
    expect(handlers.onGone).toHaveBeenCalledTimes(1);
    expect(Socket.all).toHaveLength(1);
  });
});

describe("a hidden window", () => {
  test("says so, is not asked for signs of life, and says when it is shown again", () => {
    connect();
    socket().attach();
    setHidden(true);
    pass(120_000);
    expect(socket().messages).toEqual(['{"type":"visible","visible":false}']);
    setHidden(false);
    expect(socket().messages.slice(1)).toEqual(['{"type":"visible","visible":true}', '{"type":"ping"}']);
  });

  test("says so also where it was hidden before it was attached", () => {
    sheet.hidden = true;
    connect();
    socket().attach();
    expect(socket().messages).toEqual(['{"type":"visible","visible":false}']);
  });
});

describe("input", () => {
  const paste = (bytes: number) => Uint8Array.from({ length: bytes }, (_, index) => index % 251);

  test("is not sent before there is a screen", () => {
    const { connection } = connect();
    expect(connection.sendInput(paste(1))).toBe(false);
    socket().open();
    expect(connection.sendInput(paste(1))).toBe(false);
    socket().announceScreen();
    socket().bring(0);
    expect(connection.sendInput(paste(1))).toBe(true);
  });

  test("is sent no further ahead than the program takes it, whole and in order", () => {
    const { connection } = connect();
    socket().attach();
    const text = paste(1024 * 1024 + 5);
    expect(connection.sendInput(text)).toBe(true);
    expect(socket().inputBytes).toBe(INPUT_WINDOW_BYTES);
    for (let taken = 0; taken < text.length; taken = Math.min(taken + 8 * 1024, text.length)) {
      socket().tell({ type: "taken", bytes: taken });
      expect(socket().inputBytes - taken).toBeLessThan(INPUT_WINDOW_BYTES + INPUT_FRAME_BYTES);
    }
    expect(Math.max(...socket().input.map(({ length }) => length))).toBe(INPUT_FRAME_BYTES);
    expect(Buffer.concat(socket().input).equals(text)).toBe(true);
  });

  test("that is too much at once is refused as a whole", () => {
    const { connection } = connect();
    socket().attach();
    expect(connection.sendInput(paste(MAX_WAITING_INPUT_BYTES + 1))).toBe(false);
    expect(socket().input).toEqual([]);
    expect(connection.sendInput(paste(MAX_WAITING_INPUT_BYTES))).toBe(true);
  });

  test("^C goes at once, before a paste that waits, and ends it", () => {
    const { connection } = connect();
    socket().attach();
    connection.sendInput(paste(1024 * 1024));
    connection.sendInput(Uint8Array.of(3));
    expect(socket().inputBytes).toBe(INPUT_WINDOW_BYTES + 1);
    expect(socket().input.at(-1)).toEqual(Uint8Array.of(3));
    socket().tell({ type: "taken", bytes: INPUT_WINDOW_BYTES + 1 });
    connection.sendInput(Uint8Array.of(65));
    expect(socket().inputBytes).toBe(INPUT_WINDOW_BYTES + 2);
  });

  test("^C is a key like any other to a full-screen program, and goes after what was pasted before it", () => {
    const { connection, handlers } = connect();
    handlers.isFullScreen.mockReturnValue(true);
    socket().attach();
    const text = paste(100 * 1024);
    connection.sendInput(text);
    connection.sendInput(Uint8Array.of(3));
    socket().tell({ type: "taken", bytes: INPUT_WINDOW_BYTES });
    expect(Buffer.concat(socket().input)).toEqual(Buffer.concat([text, Uint8Array.of(3)]));
    expect(socket().input.at(-1)).toEqual(Uint8Array.of(3));
  });

  test("that waits when the connection is lost is not sent on the next", () => {
    const { connection } = connect();
    socket().attach();
    connection.sendInput(paste(1024 * 1024));
    socket().onclose?.({ code: 1006 });
    expect(connection.sendInput(paste(1))).toBe(false);
    pass(250);
    socket(1).attach();
    connection.sendInput(Uint8Array.of(65));
    expect(socket(1).input).toEqual([Uint8Array.of(65)]);
  });
});

test("what was parsed is told every now and then", () => {
  const { handlers } = connect();
  socket().attach();
  const parsed: (() => void)[] = [];
  handlers.onOutput.mockImplementation((_bytes, done) => parsed.push(done));
  for (let frame = 0; frame < 5; frame += 1) socket().bring(16 * 1024);
  expect(socket().messages).toEqual([]);
  for (const done of parsed) done();
  expect(socket().messages).toEqual(['{"type":"ack","bytes":32768}', '{"type":"ack","bytes":65536}']);
});
