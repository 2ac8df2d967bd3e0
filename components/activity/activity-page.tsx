"use client";

import { ScrollText, SearchX } from "lucide-react";
import { useTranslations } from "next-intl";

import { type ActivityQuery, formatActivityQuery, parseActivityQuery, WHOLE_ACTIVITY } from "@/lib/activity";
import { useMachines } from "../machine/machines-provider";
import { PageHeader } from "../shell/page-header";
import { AdminsOnly } from "../team/admins-only";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { ErrorState } from "../ui/error-state";
import { Notice } from "../ui/notice";
import { SkeletonRows } from "../ui/skeleton";
import { useAddressQuery } from "../ui/use-address-query";
import { ActivityFilter } from "./activity-filter";
import { ActivityList } from "./activity-list";
import { useActivity } from "./use-activity";

const ADDRESS = { parse: parseActivityQuery, format: formatActivityQuery };

/** Who did what: the audit, live. */
export function ActivityPage() {
  const t = useTranslations("activity");
  const tApp = useTranslations("app");
  const { link } = useMachines();
  const [query, change] = useAddressQuery<ActivityQuery>(ADDRESS);
  return (
    <>
      <PageHeader title={t("title")} />
      <AdminsOnly>
        <ActivityFilter query={query} onChange={change} />
        {link === "disconnected" ? (
          <div className="mb-3">
            <Notice>{tApp("disconnected")}</Notice>
          </div>
        ) : null}
        <Entries query={query} onShowAll={() => change(WHOLE_ACTIVITY)} />
      </AdminsOnly>
    </>
  );
}

function Entries({ query, onShowAll }: { query: ActivityQuery; onShowAll: () => void }) {
  const t = useTranslations("activity");
  const { entries, error, retry, hasNextPage, isFetchingNextPage, fetchNextPage } = useActivity(query);
  const failure = error ? <ErrorState error={error} onRetry={retry} /> : null;
  // An empty list that is not kept true says nothing.
  if (failure && !entries?.length) return failure;
  if (!entries) return <SkeletonRows label={t("loading")} rows={8} />;
  if (entries.length === 0) {
    return formatActivityQuery(query).size === 0 ? (
      <EmptyState icon={<ScrollText aria-hidden />} title={t("empty")}>
        <p>{t("emptyText")}</p>
      </EmptyState>
    ) : (
      <EmptyState icon={<SearchX aria-hidden />} title={t("nothingFits")}>
        <Button onClick={onShowAll}>{t("showAll")}</Button>
      </EmptyState>
    );
  }
  return (
    <>
      {failure ? <div className="mb-3">{failure}</div> : null}
      <ActivityList entries={entries} />
      {hasNextPage ? (
        <Button className="mt-3 self-start" aria-disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {isFetchingNextPage ? t("loading") : t("older")}
        </Button>
      ) : (
        <p className="mt-3 text-ink-3 text-xs">{t("end", { count: entries.length })}</p>
      )}
    </>
  );
}
