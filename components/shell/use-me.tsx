"use client";

import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useMemo } from "react";

import type { Me } from "@/lib/me";
import { hasRole, type Role } from "@/lib/roles";
import { isSignedOut, useTRPC } from "@/lib/trpc/client";
import { useHydrated } from "../ui/use-hydrated";

const RETRY_MS = 2000;

function useAskedMe(known: Me | undefined) {
  const trpc = useTRPC();
  const { data, error } = useQuery({
    ...trpc.me.queryOptions(undefined, known && { initialData: known }),
    retry: (count, error) => !isSignedOut(error) && count < 1,
    retryDelay: 300,
    refetchInterval: ({ state }) => (state.status === "error" && !isSignedOut(state.error) ? RETRY_MS : false),
  });
  return useMemo(() => ({ data, error }), [data, error]);
}

type Answer = ReturnType<typeof useAskedMe>;

const NOBODY_YET: Answer = { data: undefined, error: null };
const MeContext = createContext(NOBODY_YET);

/** Asks who is signed in, once for all who want to know (every row of a list does), and not at first where it is `known`. While the api is away it asks every two seconds: nothing else would tell that it is back. */
export function MeProvider({ known, children }: { known: Me | undefined; children: ReactNode }) {
  return <MeContext value={useAskedMe(known)}>{children}</MeContext>;
}

/** The person signed in. */
export function useMe(): Answer {
  const me = useContext(MeContext);
  return useHydrated() ? me : NOBODY_YET;
}

/** Whether somebody is signed in, as far as is known: only then is a socket worth opening. */
export function useSignedIn(): boolean {
  const { data, error } = useMe();
  return data !== undefined && !isSignedOut(error);
}

/** Whether the person may do what `least` is declared for; false until it is known. The api checks again. */
export function useMay(least: Role): boolean {
  const { data } = useMe();
  return data !== undefined && hasRole(data.role, least);
}
