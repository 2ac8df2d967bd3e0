import { z } from "zod";

import { roleSchema } from "./role-schema";

/** Who is signed in, as `me` tells it. */
const meSchema = z.object({ id: z.string(), email: z.string(), name: z.string(), role: roleSchema });
export type Me = z.infer<typeof meSchema>;

/** The request header by which the web process tells a page who is signed in; from a browser it is not taken. */
export const ME_HEADER = "x-machineroom-me";

/** The header's value for the api's answer to `me` (tRPC's JSON). Null where that names nobody. */
export function meHeaderOf(answer: string): string | null {
  const parsed = z.object({ result: z.object({ data: meSchema }) }).safeParse(parseJson(answer));
  return parsed.success ? encodeURIComponent(JSON.stringify(parsed.data.result.data)) : null;
}

/** Undefined where the header is missing: it is then not known who is signed in. */
export function readMeHeader(header: string | null): Me | undefined {
  if (header === null) return undefined;
  return meSchema.safeParse(parseJson(decodeURIComponent(header))).data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
