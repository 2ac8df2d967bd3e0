import { expect, test, vi } from "vitest";

import { failureOf } from "./failure-of";

const away = new Error("away");

test.each([
  { read: null, status: "error", told: away, refetched: 0, reset: 1 },
  { read: away, status: "pending", told: away, refetched: 1, reset: 0 },
  { read: away, status: "error", told: away, refetched: 1, reset: 1 },
  { read: null, status: "connecting", told: null, refetched: 0, reset: 0 },
])("a read that failed with $read and a watch that is $status", ({ read, status, told, refetched, reset }) => {
  const query = { error: read, refetch: vi.fn() };
  const watch = { status, error: status === "pending" ? null : away, reset: vi.fn() };
  const { error, retry } = failureOf(query, watch);
  expect(error).toBe(told);
  retry();
  expect(query.refetch).toHaveBeenCalledTimes(refetched);
  expect(watch.reset).toHaveBeenCalledTimes(reset);
});
