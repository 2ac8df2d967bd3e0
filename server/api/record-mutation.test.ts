import { TRPCError } from "@trpc/server";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { AppError } from "@/lib/errors";
import { createTestDatabase, type TestDatabase } from "@/server/db/test-database";
import { AuditLog } from "@/server/services/audit/audit-log";
import type { Deps } from "@/server/services/deps";
import type { ApiContext } from "./context";
import { recordMutation } from "./record-mutation";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.remove());
beforeEach(() => database.db.auditEntry.deleteMany());

function contextOf(signedIn: boolean): ApiContext {
  const log = pino({ level: "silent" });
  const deps: Pick<Deps, "audit"> = { audit: new AuditLog({ db: database.db, log, maxEntries: 1000 }) };
  return {
    user: signedIn ? { id: "u1", email: "ada@example.com", name: "Ada", role: "admin" } : null,
    sessionId: null,
    ip: "10.0.0.9",
    log,
    // recordMutation uses the audit alone.
    deps: deps as Deps,
  };
}

test("keeps who, what, on what, the command and the end of it", async () => {
  await recordMutation(contextOf(true), {
    action: "machines.start",
    input: { name: "arch" },
    outcome: { ok: true, data: { command: "machinectl start arch" } },
    durationMs: 12.6,
  });
  expect(await database.db.auditEntry.findFirst()).toMatchObject({
    actorId: "u1",
    actor: "ada@example.com",
    action: "machines.start",
    target: "arch",
    command: "machinectl start arch",
    ok: true,
    error: null,
    durationMs: 13,
    ip: "10.0.0.9",
  });
});

test("never keeps a password, of input or output", async () => {
  const secret = "hunter2-hunter2";
  await recordMutation(contextOf(true), {
    action: "builds.create",
    input: { name: "arch", rootLogin: { kind: "password", password: secret }, password: secret },
    outcome: { ok: true, data: { id: "b1", password: secret } },
    durationMs: 1,
  });
  expect(JSON.stringify(await database.db.auditEntry.findMany())).not.toContain(secret);
});

test("a failure keeps what the person was told, not the inside", async () => {
  const app = new AppError("NOT_FOUND", "There is no machine arch.");
  await recordMutation(contextOf(true), {
    action: "machines.start",
    input: { name: "arch" },
    outcome: { ok: false, error: new TRPCError({ code: "INTERNAL_SERVER_ERROR", message: app.message, cause: app }) },
    durationMs: 1,
  });
  await recordMutation(contextOf(true), {
    action: "machines.start",
    input: { name: "arch" },
    outcome: { ok: false, error: new TRPCError({ code: "INTERNAL_SERVER_ERROR", message: "EACCES /secret" }) },
    durationMs: 1,
  });
  const errors = (await database.db.auditEntry.findMany({ orderBy: { id: "asc" } })).map((entry) => entry.error);
  expect(errors).toEqual(["NOT_FOUND: There is no machine arch.", "INTERNAL: unexpected error, see the journal"]);
});

test("a bulk action failed where one of its machines did", async () => {
  await recordMutation(contextOf(true), {
    action: "machines.start",
    input: { names: ["a", "b"] },
    outcome: {
      ok: true,
      data: [
        { name: "a", ok: true },
        { name: "b", ok: false, error: { code: "NOT_FOUND", message: "gone", hint: null } },
      ],
    },
    durationMs: 1,
  });
  expect(await database.db.auditEntry.findFirst()).toMatchObject({ target: "a, b", ok: false, error: "b: gone" });
});

test("a call without a user leaves nothing", async () => {
  await recordMutation(contextOf(false), {
    action: "machines.start",
    input: { name: "arch" },
    outcome: { ok: false, error: new TRPCError({ code: "UNAUTHORIZED" }) },
    durationMs: 1,
  });
  expect(await database.db.auditEntry.count()).toBe(0);
});
