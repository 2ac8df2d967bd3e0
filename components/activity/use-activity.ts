"use client";

import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useEffect, useMemo } from "react";

import { type ActivityQuery, mergeNewest, toAuditFilter } from "@/lib/activity";
import type { AuditRecord } from "@/lib/audit";
import { coalesce } from "@/lib/coalesce";
import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import { failureOf } from "@/lib/trpc/failure-of";
import { useSignedIn } from "../shell/use-me";

const PAGE_SIZE = 50;
/** Who looks for something older narrows the list rather than reads a thousand entries. */
const MAX_PAGES = 20;

type Pages = InfiniteData<readonly AuditRecord[], number | null>;

/** The audit, newest first: what comes in stands above as it happens, older pages are read when asked for. */
export function useActivity(query: ActivityQuery) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const signedIn = useSignedIn();

  const filter = useMemo(() => toAuditFilter(query), [query]);
  const queryKey = useMemo(() => [...trpc.audit.list.queryKey(), "pages", filter], [trpc, filter]);

  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }): Promise<readonly AuditRecord[]> =>
      client.audit.list.query(
        { ...filter, limit: PAGE_SIZE, ...(pageParam !== null && { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page, pages) =>
      page.length < PAGE_SIZE || pages.length >= MAX_PAGES ? undefined : page.at(-1)?.id,
    placeholderData: keepPreviousData,
    // The watch keeps it true.
    staleTime: Number.POSITIVE_INFINITY,
  });

  const refresh = useMemo(
    () =>
      coalesce(async () => {
        if (!queries.getQueryData(queryKey)) return;
        try {
          const newest = await client.audit.list.query({ ...filter, limit: PAGE_SIZE });
          queries.setQueryData<Pages>(queryKey, (known) => known && withNewest(known, newest));
        } catch {
          // Asked for again as any query is, the failure is shown if it lasts.
          await queries.invalidateQueries({ queryKey });
        }
      }),
    [client, queries, queryKey, filter],
  );
  // A list that was left and is come back to missed what happened meanwhile.
  useEffect(refresh, [refresh]);
  const watch = useSubscription(
    trpc.audit.watch.subscriptionOptions(undefined, { enabled: signedIn, onStarted: refresh, onData: refresh }),
  );

  return { ...list, ...failureOf(list, watch), entries: list.data?.pages.flat() };
}

function withNewest(known: Pages, newest: readonly AuditRecord[]): Pages {
  const pages = mergeNewest(known.pages, newest, PAGE_SIZE);
  return { pages: [...pages], pageParams: known.pageParams.slice(0, pages.length) };
}
