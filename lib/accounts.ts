import { z } from "zod";

import { CONTROL_CHARACTERS } from "./names";
import { roleSchema } from "./role-schema";

export const PASSWORD_MIN_LENGTH = 10;
export const PASSWORD_MAX_LENGTH = 128;

/** Mail addresses are compared in lower case, as better-auth stores them. */
export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .pipe(z.email("A mail address such as ada@example.com is needed."));

export const personNameSchema = z
  .string()
  .trim()
  .min(1, "A name is needed.")
  .max(100)
  .refine((text) => !CONTROL_CHARACTERS.test(text), "A name has no control characters.");

export const newPasswordSchema = z
  .string()
  .min(PASSWORD_MIN_LENGTH, `A password has at least ${PASSWORD_MIN_LENGTH} characters.`)
  .max(PASSWORD_MAX_LENGTH, `A password has at most ${PASSWORD_MAX_LENGTH} characters.`);

/** The id of a person, a session or an invitation. */
export const accountIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/, "An id has letters, digits and hyphens.");

const tokenSchema = z.string().min(1).max(200);

/** Body of `POST /api/setup/check` and `POST /api/invite/check`. */
export const linkCheckSchema = z.strictObject({ token: tokenSchema });

/** What such a link is good for; `unknown` also where a newer link took its place. Mail address and role are an invitation's. */
export const linkCheckResultSchema = z.object({
  state: z.enum(["valid", "used", "expired", "unknown"]),
  email: z.string().nullable(),
  role: roleSchema.nullable(),
  expiresAt: z.string().nullable(),
});
export type LinkCheckResult = z.infer<typeof linkCheckResultSchema>;

/** Body of `POST /api/setup`: the first admin. */
export const setupSchema = z.strictObject({
  token: tokenSchema,
  email: emailSchema,
  name: personNameSchema,
  password: newPasswordSchema,
});
export type Setup = z.infer<typeof setupSchema>;

/** Body of `POST /api/invite/accept`; mail address and role stand in the invitation. */
export const inviteAcceptSchema = z.strictObject({
  token: tokenSchema,
  name: personNameSchema,
  password: newPasswordSchema,
});
export type InviteAccept = z.infer<typeof inviteAcceptSchema>;
