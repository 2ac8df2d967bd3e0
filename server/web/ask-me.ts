import { request as httpRequest, type IncomingMessage } from "node:http";

import { meHeaderOf } from "@/lib/me";
import { forwardedHeaders, type PipeOptions } from "./pipe";

/** A page asks by itself where the api takes longer. */
const DEADLINE_MS = 250;
const MAX_ANSWER_CHARACTERS = 16 * 1024;

export interface SignedIn {
  /** For `ME_HEADER`. */
  me: string;
  /** A session that was prolonged by this. */
  setCookies: string[];
}

/** Asks the api whose session the cookies of a page's request name, so that the page need not ask first. Null where nobody's, or unknown. */
export async function askWhoIsSignedIn(options: PipeOptions, page: IncomingMessage): Promise<SignedIn | null> {
  if (page.headers.cookie === undefined) return null;
  const { cookie, host, ...rest } = forwardedHeaders(options, page);
  const headers = {
    cookie,
    host,
    "user-agent": rest["user-agent"] ?? "",
    "x-forwarded-for": rest["x-forwarded-for"],
    "x-forwarded-proto": rest["x-forwarded-proto"],
  };
  const { socketPath } = options;
  return new Promise((resolve) => {
    const call = httpRequest({ socketPath, agent: false, path: "/api/trpc/me", headers }, (answer) => {
      let text = "";
      answer.on("error", () => resolve(null));
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        if (text.length <= MAX_ANSWER_CHARACTERS) return;
        resolve(null);
        call.destroy();
      });
      answer.on("end", () => {
        const me = answer.statusCode === 200 ? meHeaderOf(text) : null;
        resolve(me === null ? null : { me, setCookies: answer.headers["set-cookie"] ?? [] });
      });
    });
    call.setTimeout(DEADLINE_MS, () => call.destroy());
    call.on("error", () => resolve(null));
    call.on("close", () => resolve(null));
    call.end();
  });
}
