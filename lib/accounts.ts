import { z } from "zod";

import { CONTROL_CHARACTERS } from "./names";

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

const tokenSchema = z.string().min(1).max(200);

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
