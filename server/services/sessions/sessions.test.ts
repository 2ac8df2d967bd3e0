import { afterAll, beforeAll, expect, test } from "vitest";

import { createTestDatabase, type TestDatabase } from "@/server/db/test-database";
import { listSessions, liveSessions, revokeOtherSessions, revokeSession } from "./sessions";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const future = new Date(Date.now() + 60_000);
  const person = (id: string, role: string, sessions: string[]) =>
    database.db.user.create({
      data: {
        id,
        name: id,
        email: `${id}@example.com`,
        role,
        sessions: { create: sessions.map((one) => ({ id: one, token: `secret-${one}`, expiresAt: future })) },
      },
    });
  await person("ada", "admin", ["a1", "a2", "a3", "a4"]);
  await person("eve", "viewer", ["e1"]);
  await database.db.session.update({ where: { id: "a4" }, data: { expiresAt: new Date(0) } });
});
afterAll(() => database.remove());

test("a person sees and ends their own sessions only, and no token is told", async () => {
  const { db } = database;
  const own = await listSessions(db, "ada");
  expect(own.map(({ id }) => id).sort()).toEqual(["a1", "a2", "a3"]);
  expect(JSON.stringify(own)).not.toContain("secret");
  await expect(revokeSession(db, "ada", "e1")).rejects.toMatchObject({ code: "NOT_FOUND" });
  await revokeSession(db, "ada", "a2");
  const live = [...(await liveSessions(db, ["a1", "a2", "a4", "e1"]))].map(([id, { role }]) => [id, role]);
  expect(live.sort()).toEqual([
    ["a1", "admin"],
    ["e1", "viewer"],
  ]);
  await revokeOtherSessions(db, "ada", "a1");
  expect((await listSessions(db, "ada")).map(({ id }) => id)).toEqual(["a1"]);
  expect(await listSessions(db, "eve")).toHaveLength(1);
});
