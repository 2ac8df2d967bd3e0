import { statSync, utimesSync } from "node:fs";
import pino from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { WebSocket } from "ws";

import { createTestDatabase, type TestDatabase } from "@/server/db/test-database";
import { SessionSockets } from "./session-sockets";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  await db.user.create({ data: { id: "u", email: "u@example.com", name: "U", role: "operator" } });
  const expiresAt = new Date(Date.now() + 60_000);
  await db.session.create({ data: { id: "s", token: "t", userId: "u", expiresAt } });
});
afterAll(() => database.remove());

/** As if the last write were long ago. */
function settle(): void {
  for (const path of [database.filePath, `${database.filePath}-wal`]) {
    if (statSync(path, { throwIfNoEntry: false })) utimesSync(path, 1, 1);
  }
}

test("a session's sockets are closed when it ends, and the database is asked only where it was written to", async () => {
  const { db, filePath } = database;
  const asked = vi.spyOn(db.session, "findMany");
  const sockets = new SessionSockets({ db, databasePath: filePath, log: pino({ level: "silent" }) });
  const close = vi.fn();
  const webSocket = { once: vi.fn(), close, removeAllListeners: vi.fn() } as unknown as WebSocket;
  sockets.track({ sessionId: "s", role: "operator", webSocket });
  settle();
  await sockets.sweep();
  await sockets.sweep();
  expect(asked).toHaveBeenCalledTimes(1);
  expect(close).not.toHaveBeenCalled();

  await db.user.update({ where: { id: "u" }, data: { disabledAt: new Date() } });
  await sockets.sweep();
  expect(close).toHaveBeenCalledOnce();
  sockets.closeAll();
});

test("a session that expires is noticed though nobody writes", async () => {
  const { db, filePath } = database;
  await db.user.update({ where: { id: "u" }, data: { disabledAt: null } });
  const sockets = new SessionSockets({ db, databasePath: filePath, log: pino({ level: "silent" }) });
  const close = vi.fn();
  const webSocket = { once: vi.fn(), close, removeAllListeners: vi.fn() } as unknown as WebSocket;
  sockets.track({ sessionId: "s", role: "operator", webSocket });
  settle();
  await sockets.sweep();
  expect(close).not.toHaveBeenCalled();
  vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ["Date"] });
  await sockets.sweep();
  vi.useRealTimers();
  expect(close).toHaveBeenCalled();
  sockets.closeAll();
});
