import type { IncomingHttpHeaders } from "node:http";

/** Why a request is refused, or null where it may pass. */
export type OriginRefusal = string | null;

/**
 * The one rule against forged requests, for every POST under /api and every WebSocket upgrade: a request a browser makes for
 * another site's page must not act with the person's cookie. Origin must be the host the request was sent to, or a configured
 * public origin. No Origin and no Sec-Fetch-Site means that no browser sent it (all supported ones send Origin with POST and
 * upgrades): such a client has no ambient cookies to abuse.
 */
export function refuseOrigin(headers: IncomingHttpHeaders, publicOrigins: readonly string[]): OriginRefusal {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    return "The request comes from another site's page.";
  }
  const origin = headers.origin;
  if (origin === undefined) return null;
  if (publicOrigins.includes(origin)) return null;
  if (headers.host !== undefined && sameHost(origin, headers.host)) return null;
  return `The origin ${origin.slice(0, 200)} is not this dashboard's.`;
}

/** Whether `origin` (scheme://host[:port]) is the host of a Host header; "null" and malformed ones never are. */
function sameHost(origin: string, host: string): boolean {
  try {
    const url = new URL(origin);
    if (url.origin !== origin) return false;
    return new URL(`${url.protocol}//${host}`).origin === url.origin;
  } catch {
    return false;
  }
}

/** Whether the browser reached us over TLS: the web process says so, or the host it asked for is a configured https origin. */
export function isSecure(headers: IncomingHttpHeaders, publicOrigins: readonly string[]): boolean {
  if (headers["x-forwarded-proto"] === "https") return true;
  const host = headers.host;
  return host !== undefined && publicOrigins.some((origin) => origin.startsWith("https://") && sameHost(origin, host));
}
