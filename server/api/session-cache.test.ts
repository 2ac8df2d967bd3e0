import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { ActiveSession } from "./auth";
import { SessionCache } from "./session-cache";

const LONG_AGO_SEC = 1000;
let directory: string;
let database: string;
let cache: SessionCache;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "machineroom-sessions-"));
  database = join(directory, "machineroom.db");
  writeFileSync(database, "rows");
  writeFileSync(`${database}-wal`, "");
  settle();
  cache = new SessionCache(database);
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true });
});

/** As if the last write were so long ago. */
function settle(atSec = LONG_AGO_SEC): void {
  for (const path of [database, `${database}-wal`]) utimesSync(path, atSec, atSec);
}

function session(change: Partial<ActiveSession> = {}): ActiveSession {
  const user = { id: "u", email: "u@example.com", name: "U", role: "operator" as const };
  return { sessionId: "s", user, expiresAt: new Date(Date.now() + 60_000), setCookies: [], ...change };
}

/** How often a session is looked up that is asked for `times` times. */
async function lookUps(found: ActiveSession | null, times = 3, between: () => void = () => undefined) {
  const look = vi.fn(async () => found);
  for (let time = 0; time < times; time += 1) {
    expect(await cache.find("cookie", look)).toBe(found);
    between();
  }
  return look.mock.calls.length;
}

test("a session is looked up once, while nobody writes", async () => {
  expect(await lookUps(session())).toBe(1);
});

test("cookies of another are looked up for themselves", async () => {
  await lookUps(session());
  const other = session({ sessionId: "other" });
  expect(await cache.find("other cookie", async () => other)).toBe(other);
});

test("after any write it is looked up again: it may have ended", async () => {
  let at = LONG_AGO_SEC;
  expect(await lookUps(session(), 3, () => settle(++at))).toBe(3);
});

test("just after a write nothing is kept: the next one may bear the same time", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  settle(Date.now() / 1000);
  expect(await lookUps(session())).toBe(3);
});

test("what was written while it was looked up counts for the next", async () => {
  const before = session();
  await cache.find("cookie", async () => {
    settle(LONG_AGO_SEC + 1);
    return before;
  });
  expect(await cache.find("cookie", async () => null)).toBeNull();
});

test("a session that was prolonged, and that of nobody, is not kept", async () => {
  expect(await lookUps(session({ setCookies: ["a=b"] }))).toBe(3);
  expect(await lookUps(null)).toBe(3);
});

test("it is looked up again after a while, and when it expires", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const pass = (ms: number) => () => vi.setSystemTime(Date.now() + ms);
  expect(await lookUps(session(), 3, pass(5001))).toBe(3);
  expect(await lookUps(session({ expiresAt: new Date(Date.now() + 1000) }), 2, pass(1001))).toBe(2);
});
