import { z } from "zod";

/** Why a build was refused, or how it failed, where pages say it in the reader's language. */
export const BUILD_REASONS = [
  "name-taken",
  "being-built",
  "missing-tool",
  "disk-full",
  "dead-mirror",
  "broken-signature",
  "damaged-package",
  "no-signature",
  "arch-keyring",
  "keyring",
  "no-mirror",
  "no-package",
  "no-suite",
  "stopped",
  "lost",
] as const;
export const buildReasonSchema = z.enum(BUILD_REASONS);
export type BuildReason = z.infer<typeof buildReasonSchema>;

/** Null for a word that is none of them: of another version, or of another part of the api. */
export function toBuildReason(word: unknown): BuildReason | null {
  return buildReasonSchema.safeParse(word).data ?? null;
}
