import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { keepAlive } from "./keep-alive";

class FakeSocket extends EventTarget {
  readonly sent: string[] = [];
  closed = 0;
  /** What is heard by others. */
  readonly heard: unknown[] = [];

  send(data: string): void {
    this.sent.push(data);
  }

  close(): void {
    this.closed += 1;
    this.dispatchEvent(new Event("close"));
  }

  tell(data: string): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

class FakePage extends EventTarget {
  hidden = false;
}

let page: FakePage;
let browser: EventTarget;

function openSocket(): FakeSocket {
  const socket = new FakeSocket();
  keepAlive(socket as unknown as WebSocket);
  socket.addEventListener("message", (event) => socket.heard.push((event as MessageEvent).data));
  socket.dispatchEvent(new Event("open"));
  return socket;
}

beforeEach(() => {
  vi.useFakeTimers();
  page = new FakePage();
  browser = new EventTarget();
  vi.stubGlobal("document", page);
  vi.stubGlobal("window", browser);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("a socket that is kept alive", () => {
  it("is closed within seconds where nobody answers, and asks no more then", () => {
    const socket = openSocket();
    vi.advanceTimersByTime(7900);
    expect(socket).toMatchObject({ sent: ["PING"], closed: 0 });
    vi.advanceTimersByTime(200);
    expect(socket.closed).toBe(1);
    browser.dispatchEvent(new Event("online"));
    vi.advanceTimersByTime(600_000);
    expect(socket).toMatchObject({ sent: ["PING"], closed: 1 });
  });

  it("stays open over a slow link, where the answer stands behind what is on its way", () => {
    const socket = openSocket();
    for (let frame = 0; frame < 20; frame += 1) {
      vi.advanceTimersByTime(7000);
      socket.tell("lines");
    }
    expect(socket.closed).toBe(0);
  });

  it("keeps the answers for itself", () => {
    const socket = openSocket();
    for (let times = 0; times < 20; times += 1) {
      vi.advanceTimersByTime(5000);
      socket.tell("PONG");
    }
    socket.tell("lines");
    expect(socket.sent).toHaveLength(20);
    expect(socket.heard).toEqual(["lines"]);
  });

  it("is asked at once by a page that is looked at again, or has a network again", () => {
    const socket = openSocket();
    browser.dispatchEvent(new Event("online"));
    expect(socket.sent).toHaveLength(1);
    // Once is enough.
    page.dispatchEvent(new Event("visibilitychange"));
    expect(socket.sent).toHaveLength(1);
    socket.tell("PONG");
    page.dispatchEvent(new Event("visibilitychange"));
    expect(socket.sent).toHaveLength(2);
    vi.advanceTimersByTime(3100);
    expect(socket.closed).toBe(1);
  });

  it("is asked rarely by a page that nobody looks at", () => {
    const socket = openSocket();
    page.hidden = true;
    page.dispatchEvent(new Event("visibilitychange"));
    socket.tell("lines");
    vi.advanceTimersByTime(59_000);
    expect(socket.sent).toHaveLength(0);
    vi.advanceTimersByTime(2000);
    expect(socket.sent).toHaveLength(1);
  });
});
