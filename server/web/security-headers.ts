import { randomBytes } from "node:crypto";

export interface PageHeaders {
  nonce: string;
  /** Also put on the request: Next reads the nonce for its own inline scripts from there. */
  contentSecurityPolicy: string;
}

/** A fresh policy for one page: only our own files, and inline scripts that carry the nonce. */
export function pageHeaders(host: string | undefined, dev: boolean): PageHeaders {
  const nonce = randomBytes(16).toString("base64");
  // 'self' covers WebSockets of the same host only in newer browsers.
  const sockets = host !== undefined && /^[A-Za-z0-9.:[\]-]+$/.test(host) ? ` ws://${host} wss://${host}` : "";
  const contentSecurityPolicy = [
    "default-src 'self'",
    // React's development build evaluates source maps.
    `script-src 'self' 'nonce-${nonce}'${dev ? " 'unsafe-eval'" : ""}`,
    // xterm and Radix set style attributes; styles can't run code.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src 'self'${sockets}`,
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
  return { nonce, contentSecurityPolicy };
}

/** Headers of every answer of the web process. */
export const COMMON_HEADERS: Record<string, string> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};
