import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { promptWebSocket } from "./prompt-socket";

// Has tests of its own.
vi.mock("./keep-alive", () => ({ keepAlive: () => undefined }));

/** A link nobody answers on: closing changes nothing, as for the first minute in a browser. */
class DeadSocket extends EventTarget {
  close(): void {}
}

class FakeCloseEvent extends Event {
  readonly code: number;

  constructor(type: string, { code }: { code: number }) {
    super(type);
    this.code = code;
  }
}

function openSocket(): { socket: WebSocket; heard: string[] } {
  const socket = new (promptWebSocket())("ws://host/api/trpc");
  const heard: string[] = [];
  for (const type of ["open", "message", "error", "close"] as const)
    socket.addEventListener(type, (event) => heard.push(event.type));
  return { socket, heard };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", DeadSocket);
  vi.stubGlobal("CloseEvent", FakeCloseEvent);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("promptWebSocket", () => {
  it("tells soon that it is closed where the other side does not answer, and nothing after that", () => {
    const { socket, heard } = openSocket();
    socket.dispatchEvent(new Event("open"));
    socket.close();
    vi.advanceTimersByTime(1000);
    expect(heard).toEqual(["open", "close"]);
    for (const type of ["message", "error", "close"]) socket.dispatchEvent(new Event(type));
    expect(heard).toEqual(["open", "close"]);
  });

  it("adds nothing to a close that was answered", () => {
    const { socket, heard } = openSocket();
    socket.dispatchEvent(new Event("open"));
    socket.close();
    socket.dispatchEvent(new FakeCloseEvent("close", { code: 1005 }));
    vi.advanceTimersByTime(60_000);
    expect(heard).toEqual(["open", "close"]);
  });

  it("gives up where it is not let in", () => {
    const { heard } = openSocket();
    vi.advanceTimersByTime(10_000);
    expect(heard).toEqual(["error", "close"]);
  });

  it("stays open", () => {
    const { socket, heard } = openSocket();
    socket.dispatchEvent(new Event("open"));
    vi.advanceTimersByTime(600_000);
    expect(heard).toEqual(["open"]);
  });
});
