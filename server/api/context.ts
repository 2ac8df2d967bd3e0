import type { Logger } from "pino";

import type { Role } from "@/lib/roles";
import type { Deps } from "@/server/services/deps";

export interface SignedInUser {
  id: string;
  email: string;
  name: string;
  role: Role;
}

/** What a procedure sees of its call: who asks, from where, and the services' dependencies. */
export interface ApiContext {
  user: SignedInUser | null;
  sessionId: string | null;
  /** The browser's address, as the web process reports it; null for a direct call on the socket. */
  ip: string | null;
  /** Scheme and host the browser reached the dashboard by, for links handed out; absent for a call made inside the api. */
  publicOrigin?: string | undefined;
  /** The subscriptions open on a socket, to bound them; absent for calls over HTTP. */
  subscriptions?: Set<symbol> | undefined;
  /** Bytes sent on a socket that the other side has not taken yet; absent for calls over HTTP. */
  backlogBytes?: (() => number) | undefined;
  log: Logger;
  deps: Deps;
}
