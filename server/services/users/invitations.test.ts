import { afterAll, beforeAll, expect, test } from "vitest";

import { createTestDatabase, type TestDatabase } from "@/server/db/test-database";
import { acceptInvitation } from "./create-account";
import { inviteUser, listInvitations, revokeInvitation } from "./invitations";
import { checkLink, INVITATION_LIFETIME_MS } from "./one-time-links";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.remove());

function tokenOf({ url }: { url: string }): string {
  return new URL(url, "http://localhost").searchParams.get("token") ?? "";
}

test("an invitation is listed until it is accepted, revoked or dead, and its link says which", async () => {
  const { db } = database;
  const accepted = tokenOf(await inviteUser(db, { email: "ada@example.com", role: "operator" }));
  const revoked = tokenOf(await inviteUser(db, { email: "bob@example.com", role: "viewer" }));
  const waiting = tokenOf(await inviteUser(db, { email: "eve@example.com", role: "admin" }));
  expect((await listInvitations(db)).map(({ email }) => email)).toHaveLength(3);
  expect(await checkLink(db, "invitation", accepted)).toMatchObject({ state: "valid", role: "operator" });

  await acceptInvitation(db, { token: accepted, name: "Ada", password: "correct horse battery" });
  const bob = (await listInvitations(db)).find(({ email }) => email === "bob@example.com");
  expect(await revokeInvitation(db, bob?.id ?? "")).toEqual({ email: "bob@example.com" });
  await expect(revokeInvitation(db, bob?.id ?? "")).rejects.toMatchObject({ code: "NOT_FOUND" });

  expect(await listInvitations(db)).toMatchObject([{ email: "eve@example.com", role: "admin" }]);
  expect(await checkLink(db, "invitation", accepted)).toMatchObject({ state: "used", email: "ada@example.com" });
  expect(await checkLink(db, "invitation", revoked)).toMatchObject({ state: "unknown", email: null });
  expect(await checkLink(db, "setup", waiting)).toMatchObject({ state: "unknown" });
  const late = new Date(Date.now() + INVITATION_LIFETIME_MS + 1);
  expect(await checkLink(db, "invitation", waiting, late)).toMatchObject({ state: "expired" });
  expect(await listInvitations(db, late)).toEqual([]);
});

test("a new invitation takes the place of the one before", async () => {
  const { db } = database;
  const first = tokenOf(await inviteUser(db, { email: "dan@example.com", role: "viewer" }));
  const second = tokenOf(await inviteUser(db, { email: "dan@example.com", role: "operator" }));
  expect(await checkLink(db, "invitation", first)).toMatchObject({ state: "unknown" });
  expect(await checkLink(db, "invitation", second)).toMatchObject({ state: "valid", role: "operator" });
});
