import { TRPCClientError } from "@trpc/client";

import type { ErrorBody } from "../errors";

/** What the api said about a failure, for a person; `unreachable` where it said nothing at all. */
export function describeError(error: unknown, unreachable: string): { message: string; hint: string | null } {
  // Without a body of ours the connection failed, or the pipe answered that the api is away.
  if (error instanceof TRPCClientError) return toldBy(error.data) ?? { message: unreachable, hint: null };
  return { message: error instanceof Error && error.message !== "" ? error.message : unreachable, hint: null };
}

/** Read by hand: every page needs this, and not every page needs zod. */
function toldBy(data: unknown): Pick<ErrorBody, "message" | "hint"> | null {
  const app = propertyOf(data, "app");
  const [message, hint] = [propertyOf(app, "message"), propertyOf(app, "hint")];
  if (typeof message !== "string" || !(typeof hint === "string" || hint === null)) return null;
  return { message, hint };
}

function propertyOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
