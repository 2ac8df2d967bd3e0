import pino from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { createTestDatabase, type TestDatabase } from "@/server/db/test-database";
import { AuditLog } from "./audit-log";
import { listAudit } from "./list-audit";
import { watchAudit } from "./watch-audit";

let database: TestDatabase;
let audit: AuditLog;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.remove());
beforeEach(async () => {
  await database.db.auditEntry.deleteMany();
  audit = new AuditLog({ db: database.db, log: pino({ level: "silent" }), maxEntries: 150 });
});

const entry = { actorId: "u1", actor: "ada@example.com", action: "machines.start", ok: true, ip: null };

test("only the newest entries are kept", async () => {
  for (let count = 0; count < 400; count += 1) await audit.record(entry);
  const kept = await database.db.auditEntry.count();
  expect(kept).toBeGreaterThanOrEqual(150);
  expect(kept).toBeLessThanOrEqual(250);
});

test("pages follow each other, newest first, and filters narrow them", async () => {
  for (const target of ["arch", "arch, debian", "debian", null]) await audit.record({ ...entry, target });
  await audit.record({ ...entry, actor: "eve@example.com", action: "users.invite", ok: false, error: "no" });
  const first = await listAudit(database.db, { limit: 3 });
  const second = await listAudit(database.db, { limit: 3, cursor: first.at(-1)?.id });
  const ids = [...first, ...second].map(({ id }) => id);
  expect(ids).toHaveLength(5);
  expect(ids).toEqual([...ids].sort((a, b) => b - a));
  const targets = async (target: string) => (await listAudit(database.db, { limit: 9, target })).length;
  expect(await targets("arch")).toBe(2);
  expect(await targets("debian")).toBe(2);
  expect(await listAudit(database.db, { limit: 9, action: "users." })).toMatchObject([{ actor: "eve@example.com" }]);
  expect(await listAudit(database.db, { limit: 9, ok: false })).toMatchObject([{ error: "no" }]);
  expect(await listAudit(database.db, { limit: 9, actor: "eve" })).toHaveLength(1);
  expect(await listAudit(database.db, { limit: 9, from: "2000-01-01T00:00:00Z", to: "2000-01-02T00:00:00Z" })).toEqual(
    [],
  );
});

test("an entry that can't be written throws nothing", async () => {
  const broken = new AuditLog({
    // The one call it makes fails.
    db: { auditEntry: { create: () => Promise.reject(new Error("disk full")) } } as never,
    log: pino({ level: "silent" }),
    maxEntries: 1,
  });
  await expect(broken.record(entry)).resolves.toBeUndefined();
});

test("who watches is told the newest id, once for many, until the signal", async () => {
  const controller = new AbortController();
  const watch = watchAudit(audit, controller.signal);
  const told = watch.next();
  await audit.record(entry);
  const first = await told;
  await audit.record(entry);
  await audit.record(entry);
  const newest = await database.db.auditEntry.findFirstOrThrow({ orderBy: { id: "desc" } });
  expect(await watch.next()).toEqual({ done: false, value: { id: newest.id } });
  expect(first.value?.id).toBe(newest.id - 2);
  const end = watch.next();
  controller.abort();
  expect(await end).toEqual({ done: true, value: undefined });
});
