import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { WebSocket } from "ws";

import { keepAlive } from "./keep-alive";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watch() {
  const events = new EventEmitter();
  const [ping, terminate] = [vi.fn(), vi.fn()];
  const stop = keepAlive(Object.assign(events, { ping, terminate }) as unknown as WebSocket);
  return { events, ping, terminate, stop };
}

test("a browser that says nothing is given up at the second ping", () => {
  const { ping, terminate } = watch();
  vi.advanceTimersByTime(49_000);
  expect(ping).toHaveBeenCalledTimes(1);
  expect(terminate).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  expect(terminate).toHaveBeenCalledTimes(1);
});

test.each(["pong", "message"])("a %s is a sign of life", (sign) => {
  const { events, terminate } = watch();
  for (let turns = 0; turns < 5; turns += 1) {
    vi.advanceTimersByTime(25_000);
    events.emit(sign);
  }
  expect(terminate).not.toHaveBeenCalled();
});

test("nobody is asked any more once it is stopped", () => {
  const { ping, stop } = watch();
  stop();
  vi.advanceTimersByTime(100_000);
  expect(ping).not.toHaveBeenCalled();
});
