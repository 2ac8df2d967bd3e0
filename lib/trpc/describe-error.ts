import { TRPCClientError } from "@trpc/client";
import { z } from "zod";

import { ERROR_CODES } from "../errors";

const appErrorSchema = z.object({
  app: z.object({ code: z.enum(ERROR_CODES), message: z.string(), hint: z.string().nullable() }),
});

/** What the api said about a failure, for a person; `unreachable` where it said nothing at all. */
export function describeError(error: unknown, unreachable: string): { message: string; hint: string | null } {
  if (error instanceof TRPCClientError) {
    const told = appErrorSchema.safeParse(error.data);
    if (told.success) return { message: told.data.app.message, hint: told.data.app.hint };
    // Without a body of ours the connection failed, or the pipe answered that the api is away.
    return { message: unreachable, hint: null };
  }
  return { message: error instanceof Error && error.message !== "" ? error.message : unreachable, hint: null };
}
