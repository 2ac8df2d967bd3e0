"use client";

import { useQuery } from "@tanstack/react-query";

import { hasRole, type Role } from "@/lib/roles";
import { isSignedOut, useTRPC } from "@/lib/trpc/client";
import { useHydrated } from "../ui/use-hydrated";

const RETRY_MS = 2000;

/** The person signed in. While the api is away it is asked again every two seconds: nothing else would tell that it is back. */
export function useMe() {
  const trpc = useTRPC();
  const hydrated = useHydrated();
  const { data, error } = useQuery({
    ...trpc.me.queryOptions(),
    retry: (count, error) => !isSignedOut(error) && count < 1,
    retryDelay: 300,
    refetchInterval: ({ state }) => (state.status === "error" && !isSignedOut(state.error) ? RETRY_MS : false),
  });
  return hydrated ? { data, error } : { data: undefined, error: null };
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
