import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { createTestDatabase, type TestDatabase } from "@/server/db/test-database";
import { acceptInvitation, setUpFirstAdmin } from "./create-account";
import { inviteUser } from "./invitations";
import { setUserDisabled, setUserRole } from "./manage-users";
import { createInvitationToken, createSetupToken, SETUP_LINK_LIFETIME_MS } from "./one-time-links";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.remove());
beforeEach(async () => {
  await database.db.user.deleteMany();
  await database.db.oneTimeLink.deleteMany();
});

const person = { email: "ada@example.com", name: "Ada", password: "correct horse battery" };
const made = new Date("2026-01-01T00:00:00Z");
const later = (ms: number) => new Date(made.getTime() + ms);

test("a setup link makes the first admin once, and is stored only as a hash", async () => {
  const { db } = database;
  const token = await createSetupToken(db, made);
  expect(JSON.stringify(await db.oneTimeLink.findMany())).not.toContain(token);
  const id = await setUpFirstAdmin(db, { ...person, token }, later(1000));
  expect(await db.user.findUnique({ where: { id } })).toMatchObject({ email: person.email, role: "admin" });
  await expect(setUpFirstAdmin(db, { ...person, email: "b@example.com", token }, later(2000))).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  await expect(createSetupToken(db, made)).rejects.toMatchObject({ code: "CONFLICT" });
});

test("a setup link dies after an hour", async () => {
  const token = await createSetupToken(database.db, made);
  const setup = { ...person, token };
  await expect(setUpFirstAdmin(database.db, setup, later(SETUP_LINK_LIFETIME_MS))).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  await expect(setUpFirstAdmin(database.db, setup, later(SETUP_LINK_LIFETIME_MS - 1))).resolves.toBeTypeOf("string");
});

test("a new setup link voids the one before; two uses at once make one admin", async () => {
  const { db } = database;
  const old = await createSetupToken(db, made);
  const token = await createSetupToken(db, made);
  await expect(setUpFirstAdmin(db, { ...person, token: old }, made)).rejects.toMatchObject({ code: "FORBIDDEN" });
  const both = await Promise.allSettled([
    setUpFirstAdmin(db, { ...person, token }, made),
    setUpFirstAdmin(db, { ...person, email: "b@example.com", token }, made),
  ]);
  expect(both.filter((result) => result.status === "fulfilled")).toHaveLength(1);
  expect(await db.user.count()).toBe(1);
});

test("an invitation gives its own role, once; it is no setup link", async () => {
  const { db } = database;
  const token = await createInvitationToken(db, { email: "eve@example.com", role: "viewer" }, made);
  await expect(setUpFirstAdmin(db, { ...person, token }, made)).rejects.toMatchObject({ code: "FORBIDDEN" });
  const accept = { token, name: "Eve", password: person.password };
  const { id } = await acceptInvitation(db, accept, made);
  expect(await db.user.findUnique({ where: { id } })).toMatchObject({ email: "eve@example.com", role: "viewer" });
  await expect(acceptInvitation(db, accept, made)).rejects.toMatchObject({ code: "FORBIDDEN" });
  await expect(inviteUser(db, { email: "eve@example.com", role: "admin" })).rejects.toMatchObject({ code: "CONFLICT" });
});

test("the last admin can't be removed; disabling ends sessions", async () => {
  const { db } = database;
  const token = await createSetupToken(db, made);
  const id = await setUpFirstAdmin(db, { ...person, token }, made);
  await expect(setUserRole(db, { id, role: "viewer" })).rejects.toMatchObject({ code: "PRECONDITION" });
  await expect(setUserDisabled(db, { id, disabled: true })).rejects.toMatchObject({ code: "PRECONDITION" });
  expect(await db.user.findUnique({ where: { id } })).toMatchObject({ role: "admin", disabledAt: null });

  const invitation = await createInvitationToken(db, { email: "eve@example.com", role: "admin" }, made);
  const eve = await acceptInvitation(db, { token: invitation, name: "Eve", password: person.password }, made);
  await db.session.create({ data: { id: "s", token: "t", userId: id, expiresAt: later(1e9) } });
  await setUserDisabled(db, { id, disabled: true });
  expect(await db.session.count()).toBe(0);
  await expect(setUserDisabled(db, { id: eve.id, disabled: true })).rejects.toMatchObject({ code: "PRECONDITION" });
});
