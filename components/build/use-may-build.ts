"use client";

import { useQuery } from "@tanstack/react-query";

import { hasRole } from "@/lib/roles";
import { useTRPC } from "@/lib/trpc/client";

/** Whether the signed-in person may build machines. */
export function useMayBuild(): boolean {
  const trpc = useTRPC();
  const me = useQuery(trpc.me.queryOptions());
  return me.data !== undefined && hasRole(me.data.role, "admin");
}
