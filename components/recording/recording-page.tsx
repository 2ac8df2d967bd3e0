"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleAlert, Download } from "lucide-react";
import dynamic from "next/dynamic";
import { useLocale, useTranslations } from "next-intl";

import { formatDateTime } from "@/lib/format";
import { parseCast } from "@/lib/recording";
import { PageHeader } from "../shell/page-header";
import { useMay, useMe } from "../shell/use-me";
import { AllTerminalsLink } from "../terminal/all-terminals-link";
import { OperatorsOnly } from "../terminal/operators-only";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { Skeleton } from "../ui/skeleton";
import { EarlyEnd } from "./early-end";
import { useRecordings } from "./use-recordings";

const RecordingPlayer = dynamic(() => import("./recording-player").then((module) => module.RecordingPlayer), {
  ssr: false,
  loading: () => <Skeleton className="h-80" />,
});

/** One recording, to replay. */
export function RecordingPage({ id }: { id: string }) {
  const t = useTranslations("recordings");
  const locale = useLocale();
  const me = useMe();
  const allowed = useMay("operator");
  const { recordings } = useRecordings();
  const { data: cast, isError } = useQuery({
    queryKey: ["recording", id],
    queryFn: ({ signal }) => loadCast(id, signal),
    enabled: allowed,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    // Some are large.
    gcTime: 0,
  });
  if (me.data && !allowed) return <OperatorsOnly />;
  const about = cast?.header.machineroom;
  const recording = recordings?.find((one) => one.id === id);
  return (
    <>
      <PageHeader title={<span className="font-mono">{cast?.header.title ?? t("title")}</span>}>
        <AllTerminalsLink />
      </PageHeader>
      {cast && about ? (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
          <p className="flex flex-wrap items-center gap-x-4 gap-y-2 text-ink-2">
            <span className="min-w-0 [overflow-wrap:anywhere]">
              {t("recordedBy")} {about.recordedBy}
            </span>
            <span>{formatDateTime(new Date(cast.header.timestamp * 1000), locale)}</span>
            {recording ? <EarlyEnd recording={recording} explained /> : null}
            <Button asChild className="ml-auto">
              <a href={`/api/files/recordings/${id}`} download>
                <Download aria-hidden />
                {t("downloadShort")}
              </a>
            </Button>
          </p>
          {cast.events.length === 0 ? <EmptyState title={t("empty")} /> : <RecordingPlayer cast={cast} />}
        </div>
      ) : isError ? (
        <EmptyState icon={<CircleAlert aria-hidden />} title={t("missing")}>
          <p>{t("missingHint")}</p>
        </EmptyState>
      ) : (
        <Skeleton className="h-80" />
      )}
    </>
  );
}

async function loadCast(id: string, signal: AbortSignal) {
  const answer = await fetch(`/api/files/recordings/${encodeURIComponent(id)}`, { signal });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const cast = parseCast(await answer.text());
  if (!cast) throw new Error("no recording");
  return cast;
}
