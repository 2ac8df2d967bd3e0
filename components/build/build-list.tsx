"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Hammer, Plus } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";

import { type Build, isEnded } from "@/lib/build";
import { formatBytes, formatDateTime } from "@/lib/format";
import { hasRole } from "@/lib/roles";
import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { ErrorState } from "../ui/error-state";
import { SkeletonRows } from "../ui/skeleton";
import { Table, TableCell, TableHead, TablePanel, TableRow } from "../ui/table";
import { BuildStateBadge } from "./build-state-badge";
import { Elapsed } from "./elapsed";

const PAGE = 50;
const BUSY_REFRESH_MS = 2000;
const IDLE_REFRESH_MS = 15_000;

/** Every build of this host, newest first; the queue is its upper end. */
export function BuildList() {
  const t = useTranslations("builds");
  const trpc = useTRPC();
  const client = useTRPCClient();
  const me = useQuery(trpc.me.queryOptions());
  const mayBuild = me.data !== undefined && hasRole(me.data.role, "admin");
  const builds = useInfiniteQuery({
    queryKey: [...trpc.builds.list.queryKey(), "pages"],
    queryFn: ({ pageParam, signal }) =>
      client.builds.list.query({ limit: PAGE, ...(pageParam !== null && { cursor: pageParam }) }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.length === PAGE ? page.at(-1)?.id : undefined),
    refetchInterval: ({ state }) =>
      state.data?.pages[0]?.some((build) => !isEnded(build.state)) ? BUSY_REFRESH_MS : IDLE_REFRESH_MS,
  });
  const rows = builds.data?.pages.flat();
  return (
    <>
      <header className="mb-3.5 flex flex-wrap items-center gap-3">
        <h1 className="font-semibold text-xl tracking-tight">{t("title")}</h1>
        {mayBuild && rows?.length ? <NewMachineLink /> : null}
      </header>
      {builds.error ? <ErrorState error={builds.error} onRetry={() => void builds.refetch()} /> : null}
      {rows === undefined ? (
        builds.error ? null : (
          <SkeletonRows label={t("loading")} />
        )
      ) : rows.length === 0 ? (
        <EmptyState icon={<Hammer aria-hidden />} title={t("empty")}>
          <p>{t(mayBuild ? "emptyAdmin" : "emptyOther")}</p>
          {mayBuild ? <NewMachineLink /> : null}
        </EmptyState>
      ) : (
        <BuildTable builds={rows} />
      )}
      {builds.hasNextPage ? (
        <Button className="mt-3" disabled={builds.isFetchingNextPage} onClick={() => void builds.fetchNextPage()}>
          {t("older")}
        </Button>
      ) : null}
    </>
  );
}

function NewMachineLink() {
  const t = useTranslations("builds");
  return (
    <Button asChild variant="primary" className="ml-auto in-[.grid]:ml-0">
      <Link href="/machines/new">
        <Plus aria-hidden />
        {t("newMachine")}
      </Link>
    </Button>
  );
}

function BuildTable({ builds }: { builds: Build[] }) {
  const t = useTranslations("builds");
  const locale = useLocale();
  return (
    <TablePanel>
      <Table>
        <thead>
          <tr>
            <TableHead>{t("machine")}</TableHead>
            <TableHead>{t("state")}</TableHead>
            <TableHead className="max-md:hidden">{t("recipe")}</TableHead>
            <TableHead className="max-md:hidden">{t("begun")}</TableHead>
            <TableHead className="text-right">{t("took")}</TableHead>
            <TableHead className="text-right max-md:hidden">{t("size")}</TableHead>
            <TableHead className="max-md:hidden">{t("by")}</TableHead>
          </tr>
        </thead>
        <tbody>
          {builds.map((build) => (
            <TableRow key={build.id}>
              <TableCell className="font-mono font-semibold text-[13px]">
                <Link href={`/builds/${build.id}`}>{build.name}</Link>
              </TableCell>
              <TableCell>
                <BuildStateBadge state={build.state} />
              </TableCell>
              <TableCell className="max-md:hidden">{t(build.recipe)}</TableCell>
              <TableCell className="max-md:hidden">
                <time dateTime={build.createdAt}>{formatDateTime(new Date(build.createdAt), locale)}</time>
              </TableCell>
              <TableCell className="text-right">
                <Elapsed from={build.startedAt} to={build.finishedAt} />
              </TableCell>
              <TableCell className="text-right max-md:hidden">
                {build.sizeBytes === null ? "—" : formatBytes(build.sizeBytes, locale)}
              </TableCell>
              <TableCell className="text-ink-2 max-md:hidden">{build.startedBy}</TableCell>
            </TableRow>
          ))}
        </tbody>
      </Table>
    </TablePanel>
  );
}
