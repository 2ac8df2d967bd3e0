const HOME = "/machines";
const BASE = "http://machineroom.invalid";
/** Pages that are for those who are not signed in, and what is no page. */
const NEVER = /^\/(?:sign-in|setup|invite|api)(?:\/|$)/;

/**
 * Where to go after signing in, from the `next` of the address. Whoever wrote the link may not choose another site: only a
 * path of this very origin passes, anything else goes to the machines.
 */
export function safeNext(next: string | null): string {
  if (next === null || !next.startsWith("/") || !URL.canParse(next, BASE)) return HOME;
  const { origin, pathname, search, hash } = new URL(next, BASE);
  // "/a/..//evil.example" is of this origin, and its path read alone is not.
  if (origin !== BASE || pathname.startsWith("//") || NEVER.test(pathname)) return HOME;
  return pathname + search + hash;
}
