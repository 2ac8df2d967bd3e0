import { describe, expect, test } from "vitest";

import { isSecure, refuseOrigin } from "./origin";

const host = "127.0.0.1:8470";
const publicOrigins = ["https://machines.example"];

describe("refuseOrigin", () => {
  test.each([
    ["the same host", { host, origin: "http://127.0.0.1:8470" }],
    ["a configured public origin", { host, origin: "https://machines.example" }],
    ["no browser", { host }],
    ["a default port", { host: "machines.lan", origin: "http://machines.lan" }],
    ["same-origin fetch", { host, origin: "http://127.0.0.1:8470", "sec-fetch-site": "same-origin" }],
  ])("lets %s pass", (_name, headers) => {
    expect(refuseOrigin(headers, publicOrigins)).toBeNull();
  });

  test.each([
    ["another host", { host, origin: "https://evil.example" }],
    ["another port", { host, origin: "http://127.0.0.1:8471" }],
    ["an opaque origin", { host, origin: "null" }],
    ["an empty origin", { host, origin: "" }],
    ["the host as a prefix", { host: "a.example", origin: "http://a.example.evil.example" }],
    ["the host as a user", { host: "a.example", origin: "http://a.example@evil.example" }],
    ["an origin with a path", { host, origin: "http://127.0.0.1:8470/" }],
    ["a cross-site fetch", { host, "sec-fetch-site": "cross-site" }],
    ["a same-site fetch", { host, origin: "http://127.0.0.1:8470", "sec-fetch-site": "same-site" }],
    ["an origin without a host", { origin: "http://127.0.0.1:8470" }],
  ])("refuses %s", (_name, headers) => {
    expect(refuseOrigin(headers, publicOrigins)).toEqual(expect.any(String));
  });
});

test("isSecure believes the web process and the configured origins", () => {
  expect(isSecure({ host }, publicOrigins)).toBe(false);
  expect(isSecure({ host, "x-forwarded-proto": "https" }, publicOrigins)).toBe(true);
  expect(isSecure({ host: "machines.example" }, publicOrigins)).toBe(true);
});
