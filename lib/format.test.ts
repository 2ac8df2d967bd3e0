import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  formatBytes,
  formatClock,
  formatDate,
  formatDateTime,
  formatDuration,
  formatElapsed,
  formatMilliseconds,
  formatRelative,
  formatTime,
} from "./format";

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

/** Numbers and their units are held together by a no-break space. */
function spaced(text: string): string {
  return text.replaceAll("\u00a0", " ");
}

describe("spans", () => {
  test.each([
    [-5000, "0 s"],
    [0, "0 s"],
    [999, "0 s"],
    [12_900, "12 s"],
    [200_000, "3 m 20 s"],
    [180_000, "3 m"],
    [2 * 86_400_000 + 4 * 3_600_000 + 59 * 60_000, "2 d 4 h"],
    [86_400_000 + 59 * 60_000, "1 d"],
  ])("%d ms read %s", (ms, text) => {
    expect(spaced(formatDuration(ms))).toBe(text);
  });

  test.each([
    [84.4, "84 ms"],
    [1284, "1.3 s"],
    [61_000, "1 m 1 s"],
  ])("%d ms exactly read %s", (ms, text) => {
    expect(spaced(formatMilliseconds(ms))).toBe(text);
  });

  test.each([
    [-1, "0.0 s"],
    [1290, "1.2 s"],
    [9999, "9.9 s"],
    [10_900, "10 s"],
    [61_000, "1 m 1 s"],
  ])("%d ms so far read %s", (ms, text) => {
    expect(spaced(formatElapsed(ms))).toBe(text);
  });

  test("speak Chinese", () => {
    expect(spaced(formatDuration(90_000, "zh-CN"))).toBe("1 分钟 30 秒");
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
    expect(formatDate(now, "en", "Asia/Shanghai")).toBe("Friday, January 2, 2026");
    expect(formatTime(now, "en", "Asia/Shanghai")).toBe("20:00:00");
    expect(formatTime(now, "zh-CN", "America/New_York")).toBe("07:00:00");
  });
});

test.each([
  [-1, "0:00"],
  [5.9, "0:05"],
  [754, "12:34"],
  [3600, "1:00:00"],
])("%d s into something is %s", (seconds, text) => {
  expect(formatClock(seconds)).toBe(text);
});
