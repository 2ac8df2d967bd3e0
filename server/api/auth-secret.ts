import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The key session cookies are signed with: made at first start, kept beside the database, readable by root only. */
export function readAuthSecret(dataDir: string): string {
  const path = join(dataDir, "auth-secret");
  try {
    // "wx" fails where it exists: two starts at once agree on one secret.
    writeFileSync(path, `${randomBytes(48).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const secret = readFileSync(path, "utf8").trim();
  if (secret.length < 32) throw new Error(`${path} is damaged: remove it, and everybody signs in again.`);
  return secret;
}
