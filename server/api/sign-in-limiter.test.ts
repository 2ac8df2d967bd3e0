import { expect, test } from "vitest";

import { SignInLimiter } from "./sign-in-limiter";

test("five failures a minute per address and account, then a wait", () => {
  let now = 0;
  const limiter = new SignInLimiter(() => now);
  for (let attempt = 0; attempt < 5; attempt += 1) expect(limiter.begin("10.0.0.1", "ada@example.com")).toBeNull();
  expect(limiter.begin("10.0.0.1", " ADA@example.com")).toBe(60);
  expect(limiter.begin("10.0.0.2", "ada@example.com")).toBeNull();
  now = 60_000;
  expect(limiter.begin("10.0.0.1", "ada@example.com")).toBeNull();
});

test("twenty failures a minute per address, over all accounts", () => {
  const limiter = new SignInLimiter(() => 0);
  for (let attempt = 0; attempt < 20; attempt += 1) expect(limiter.begin("10.0.0.1", `${attempt}@x`)).toBeNull();
  expect(limiter.begin("10.0.0.1", "another@x")).toBe(60);
});

test("successes don't count", () => {
  const limiter = new SignInLimiter(() => 0);
  for (let attempt = 0; attempt < 100; attempt += 1) {
    expect(limiter.begin(null, "ada@example.com")).toBeNull();
    limiter.succeed(null, "ada@example.com");
  }
});

test("addresses of one IPv6 network count together", () => {
  const limiter = new SignInLimiter(() => 0);
  for (let host = 1; host <= 5; host += 1) expect(limiter.begin(`2001:db8::${host}`, "ada@example.com")).toBeNull();
  expect(limiter.begin("2001:db8:0:0:ffff::1", "ada@example.com")).toBe(60);
  expect(limiter.begin("2001:db8:0:1::1", "ada@example.com")).toBeNull();
});
