import { z } from "zod";

const errorSchema = z.object({ message: z.string(), hint: z.string().nullish(), code: z.string().nullish() });

export type AccountAnswer =
  | { ok: true; body: unknown }
  /** `code` and `message` as the api says them; `waitSec` where there were too many attempts. */
  | { ok: false; status: number; code: string; message: string; waitSec: number | null };

/** POSTs JSON to an endpoint outside the router. Null where there was no answer of the api's. */
export async function postAccount(path: string, body: unknown, signal?: AbortSignal): Promise<AccountAnswer | null> {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
    const content: unknown = await answer.json().catch(() => null);
    if (answer.ok) return { ok: true, body: content };
    const told = errorSchema.safeParse(content);
    if (!told.success || answer.status >= 500) return null;
    const { code, message, hint } = told.data;
    const waitSec = answer.status === 429 ? Number(answer.headers.get("retry-after") ?? 60) : null;
    return {
      ok: false,
      status: answer.status,
      code: code ?? "",
      message: [message, hint].filter(Boolean).join(" "),
      waitSec,
    };
  } catch {
    return null;
  }
}
