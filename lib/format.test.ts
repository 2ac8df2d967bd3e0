import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { formatBytes, formatDateTime, formatDuration, formatMilliseconds, formatRelative } from "./format";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "0.977 KiB"],
  [1024, "1 KiB"],
  [1536, "1.5 KiB"],
  [190_840_832, "182 MiB"],
  [1024 ** 2 - 1, "1 MiB"],
  [1024 ** 5, "1 PiB"],
  [1024 ** 6, "1,020 PiB"],
])("%d bytes read %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("no amount needs more than three figures before its unit", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (bytes) => {
      expect(formatBytes(bytes)).toMatch(/^\d{1,3}(\.\d{1,3})? (B|[KMGTP]iB)$/);
    }),
  );
});

describe("spans", () => {
  test.each([
    [-5000, "0s"],
    [0, "0s"],
    [999, "0s"],
    [12_900, "12s"],
    [200_000, "3m 20s"],
    [180_000, "3m"],
    [2 * 86_400_000 + 4 * 3_600_000 + 59 * 60_000, "2d 4h"],
    [86_400_000 + 59 * 60_000, "1d"],
  ])("%d ms read %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test.each([
    [84.4, "84ms"],
    [1284, "1.3s"],
    [61_000, "1m 1s"],
  ])("%d ms exactly read %s", (ms, text) => {
    expect(formatMilliseconds(ms)).toBe(text);
  });

  test("speak Chinese", () => {
    expect(formatDuration(90_000, "zh-CN").replaceAll(" ", "")).toBe("1分钟30秒");
  });
});

describe("points in time", () => {
  const now = new Date("2026-01-02T12:00:00Z");

  test.each([
    ["2026-01-02T12:00:00Z", "now"],
    ["2026-01-02T11:59:50Z", "10 seconds ago"],
    ["2026-01-02T11:00:01Z", "59 minutes ago"],
    ["2026-01-01T12:00:00Z", "yesterday"],
    ["2026-01-04T12:00:00Z", "in 2 days"],
  ])("%s is %s", (then, text) => {
    expect(formatRelative(new Date(then), now)).toBe(text);
  });

  test("dates are told in a zone", () => {
    expect(formatDateTime(now, "en", "Asia/Shanghai").replaceAll(" ", " ")).toBe("Jan 2, 2026, 8:00:00 PM");
  });
});
