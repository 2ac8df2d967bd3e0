import { expect, test } from "vitest";

import { parseUserAgent } from "./user-agent";

test.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
    "Edge",
    "Windows",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
    "Safari",
    "macOS",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1",
    "Chrome",
    "iPhone",
  ],
  [
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
    "Chrome",
    "Android",
  ],
  ["curl/8.5.0", "curl", null],
  ["something else", null, null],
  [null, null, null],
])("%s", (text, browser, system) => {
  expect(parseUserAgent(text)).toMatchObject({ browser, system });
});

test("a phone or tablet is told from a computer", () => {
  expect(parseUserAgent("Mozilla/5.0 (iPad; CPU OS 18_0)").isHandheld).toBe(true);
  expect(parseUserAgent("Mozilla/5.0 (X11; Linux x86_64)").isHandheld).toBe(false);
});
