import { TRPCClientError } from "@trpc/client";

/** The api's fixed word for a failure that pages tell in their own words; null without one. */
export function reasonOf(error: unknown): string | null {
  const data: unknown = error instanceof TRPCClientError ? error.data : null;
  const app: unknown = typeof data === "object" && data !== null ? Reflect.get(data, "app") : null;
  const reason: unknown = typeof app === "object" && app !== null ? Reflect.get(app, "reason") : null;
  return typeof reason === "string" ? reason : null;
}
