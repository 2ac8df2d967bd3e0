"use client";

import { Circle, Download } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";

import { formatBytes, formatDateTime, formatMilliseconds } from "@/lib/format";
import type { Recording } from "@/lib/recording";
import { terminalTitle } from "@/lib/terminal";
import { cn } from "@/lib/utils";
import { KIND_ICONS } from "../terminal/terminal-chips";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { ErrorState } from "../ui/error-state";
import { SkeletonRows } from "../ui/skeleton";
import { ROW_TARGET, Table, TableCell, TableHead, TablePanel, TableRow } from "../ui/table";
import { DeleteRecording } from "./delete-recording";
import { EarlyEnd } from "./early-end";
import { useRecordings } from "./use-recordings";

/** What was recorded of terminals, to replay, take away or delete. */
export function RecordingList() {
  const t = useTranslations("recordings");
  const { recordings, error, retry } = useRecordings();
  return (
    <section aria-labelledby="recordings" className="mt-8 grid gap-3">
      <h2 id="recordings" className="font-semibold text-base">
        {t("title")}
      </h2>
      {error ? (
        <ErrorState error={error} onRetry={retry} />
      ) : recordings === null ? (
        <SkeletonRows label={t("loading")} />
      ) : recordings.length === 0 ? (
        <p className="text-ink-2">{t("none")}</p>
      ) : (
        <TablePanel>
          <Table>
            <thead className="max-md:sr-only">
              <tr>
                <TableHead>{t("machine")}</TableHead>
                <TableHead>{t("kind")}</TableHead>
                <TableHead>{t("recordedBy")}</TableHead>
                <TableHead>{t("at")}</TableHead>
                <TableHead>{t("duration")}</TableHead>
                <TableHead>{t("size")}</TableHead>
                <TableHead>
                  <span className="sr-only">{t("actions")}</span>
                </TableHead>
              </tr>
            </thead>
            <tbody>
              {recordings.map((recording) => (
                <RecordingRow key={recording.id} recording={recording} />
              ))}
            </tbody>
          </Table>
        </TablePanel>
      )}
    </section>
  );
}

function RecordingRow({ recording }: { recording: Recording }) {
  const t = useTranslations("recordings");
  const tk = useTranslations("terminal");
  const locale = useLocale();
  const { id, machine, kind, user, live } = recording;
  const Icon = KIND_ICONS[kind];
  const name = terminalTitle(recording);
  const at = formatDateTime(new Date(recording.startedAt), locale);
  return (
    <TableRow className="max-md:relative max-md:grid max-md:h-auto max-md:grid-cols-[minmax(0,1fr)_auto] max-md:gap-y-1 max-md:py-2.5">
      <TableCell>
        <Link
          href={`/terminals/recordings/${id}`}
          aria-label={t("replay", { name, at })}
          className={cn(
            "block max-w-52 truncate font-mono font-semibold text-[13px] hover:underline md:max-2xl:max-w-32",
            ROW_TARGET,
          )}
        >
          {machine}
        </Link>
      </TableCell>
      <TableCell className="max-md:col-start-1">
        <span className="flex items-center gap-1.5">
          <Icon aria-hidden className="size-4 text-ink-3" />
          {tk(kind)}
          {user ? <span className="font-mono text-ink-2 text-xs">{user}</span> : null}
        </span>
      </TableCell>
      <TableCell
        className="min-w-0 max-w-56 truncate text-ink-2 max-md:col-start-1 max-md:max-w-none md:max-2xl:max-w-48"
        title={recording.recordedBy}
      >
        {recording.recordedBy}
      </TableCell>
      <TableCell className="text-ink-2 max-md:col-start-1">{at}</TableCell>
      <TableCell className="text-ink-2 tabular-nums max-md:col-start-1">
        {live ? (
          <Badge tone="fail">
            <Circle aria-hidden className="fill-current" />
            {t("live")}
          </Badge>
        ) : (
          <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
            {formatMilliseconds(recording.durationMs, locale)}
            <EarlyEnd recording={recording} />
          </span>
        )}
      </TableCell>
      <TableCell className="text-ink-2 tabular-nums max-md:hidden">
        {live ? null : formatBytes(recording.sizeBytes, locale)}
      </TableCell>
      <TableCell className="text-right max-md:relative max-md:z-1 max-md:col-start-2 max-md:row-span-3 max-md:row-start-1 max-md:pr-1">
        {live ? null : (
          <span className="inline-flex gap-1">
            <Button variant="icon" asChild>
              <a href={`/api/files/recordings/${id}`} download aria-label={t("download", { name })}>
                <Download aria-hidden />
              </a>
            </Button>
            <DeleteRecording recording={recording} />
          </span>
        )}
      </TableCell>
    </TableRow>
  );
}
