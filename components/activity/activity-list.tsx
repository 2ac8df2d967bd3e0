"use client";

import { CircleCheck, CircleX } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { memo, useMemo } from "react";

import { type AuditDay, groupByDay } from "@/lib/activity";
import type { AuditRecord } from "@/lib/audit";
import { formatDate, formatMilliseconds, formatTime } from "@/lib/format";
import { Badge } from "../ui/badge";
import { CommandLine } from "../ui/command-line";
import { useActionWords } from "./use-action-words";

export function ActivityList({ entries }: { entries: readonly AuditRecord[] }) {
  const days = useMemo(() => groupByDay(entries), [entries]);
  return (
    <div className="grid gap-4">
      {days.map((day) => (
        <Day key={day.start.getTime()} day={day} />
      ))}
    </div>
  );
}

function Day({ day: { start, entries } }: { day: AuditDay }) {
  const locale = useLocale();
  const title = formatDate(start, locale);
  return (
    <section aria-label={title}>
      <h2 className="mb-1.5 font-semibold text-ink-2">{title}</h2>
      <ol className="rounded-xl border bg-panel">
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

const Entry = memo(function Entry({ entry }: { entry: AuditRecord }) {
  const t = useTranslations("activity");
  const locale = useLocale();
  const wordsOf = useActionWords();
  const { at, actor, action, target, command, ok, error, durationMs, ip } = entry;
  return (
    <li className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 px-4 py-2.5 not-last:border-b md:grid-cols-[4.5rem_13rem_minmax(0,1fr)_auto]">
      <div className="flex flex-wrap gap-x-3 text-ink-2 max-md:order-2 max-md:col-span-2 max-md:text-xs md:contents">
        <time dateTime={at}>{formatTime(new Date(at), locale)}</time>
        <p className="flex min-w-0 flex-wrap content-start items-baseline gap-x-3 md:block">
          <span className="block [overflow-wrap:anywhere]">{actor}</span>
          <span className="text-ink-3 text-xs">{ip === null ? t("onHost") : t("from", { address: ip })}</span>
        </p>
      </div>
      <div className="grid min-w-0 content-start gap-1 max-md:order-1">
        <p className="flex flex-wrap gap-x-2">
          <span className="font-medium">{wordsOf(action)}</span>
          {target ? <span className="font-mono text-[13px] [overflow-wrap:anywhere]">{target}</span> : null}
        </p>
        {error ? <p className="text-fail text-xs [overflow-wrap:anywhere]">{error}</p> : null}
        {command ? <CommandLine command={command} className="justify-self-start" /> : null}
      </div>
      <div className="grid content-start justify-items-end gap-0.5 max-md:order-1">
        <Badge tone={ok ? "neutral" : "fail"}>
          {ok ? <CircleCheck aria-hidden /> : <CircleX aria-hidden />}
          {t(ok ? "ok" : "failed")}
        </Badge>
        {durationMs > 0 ? <span className="text-ink-3 text-xs">{formatMilliseconds(durationMs, locale)}</span> : null}
      </div>
    </li>
  );
});
