"use client";

import { useSubscription } from "@trpc/tanstack-react-query";
import { useState } from "react";

import { hasRole } from "@/lib/roles";
import type { TerminalInfo } from "@/lib/terminal";
import { useTRPC } from "@/lib/trpc/client";
import { useMe, useSignedIn } from "../shell/use-me";

export interface Terminals {
  /** Null until the list is known. */
  sessions: TerminalInfo[] | null;
  /** Terminals are for operators; null until it is known who asks. */
  allowed: boolean | null;
  /** Why no more is told of them. */
  error: unknown;
  retry: () => void;
}

/** Every terminal of the host, live. */
export function useTerminals(): Terminals {
  const trpc = useTRPC();
  const me = useMe();
  const signedIn = useSignedIn();
  const [sessions, setSessions] = useState<TerminalInfo[] | null>(null);
  const allowed = me.data ? hasRole(me.data.role, "operator") : null;
  const { status, error, reset } = useSubscription(
    trpc.terminals.watch.subscriptionOptions(undefined, { enabled: allowed === true && signedIn, onData: setSessions }),
  );
  return { sessions, allowed, error: status === "error" ? error : null, retry: reset };
}
