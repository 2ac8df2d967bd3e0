import { expect, test, vi } from "vitest";

import { coalesce } from "./coalesce";

test("calls while it runs make it run once more", async () => {
  const ends: (() => void)[] = [];
  const work = vi.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
  const run = coalesce(work);
  run();
  run();
  run();
  expect(work).toHaveBeenCalledTimes(1);
  ends.shift()?.();
  await vi.waitFor(() => expect(work).toHaveBeenCalledTimes(2), 10_000);
  ends.shift()?.();
  await new Promise(setImmediate);
  expect(work).toHaveBeenCalledTimes(2);
  run();
  expect(work).toHaveBeenCalledTimes(3);
});

test("a failure does not end it", async () => {
  const work = vi.fn(() => Promise.reject(new Error("away")));
  const run = coalesce(work);
  run();
  await new Promise(setImmediate);
  run();
  expect(work).toHaveBeenCalledTimes(2);
});
