"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { type BootTimeline, fromTimelineUnit } from "@/lib/boot";
import { blame } from "@/lib/boot-graph";
import { usualRange } from "@/lib/boot-history";
import { formatTimespan } from "@/lib/boot-timespan";
import { cn } from "@/lib/utils";
import { useHistory } from "./use-boot";

/** The boot in four numbers, as systemd-analyze prints them. */
export function BootFigures({ name, timeline }: { name: string; timeline: BootTimeline }) {
  const t = useTranslations("boot");
  const { rows } = useHistory(name);
  const range = usualRange(rows ?? []);
  const { userspaceUsec, target, targetUsec, units, failedUnits } = timeline;
  const [slowest] = blame(units.map(fromTimelineUnit));
  return (
    <dl className="grid grid-cols-4 gap-3.5 max-md:grid-cols-2 max-md:gap-2">
      <Figure
        label={t("userspace")}
        value={formatTimespan(userspaceUsec ?? 0)}
        says={range ? t("usual", { from: formatTimespan(range[0]), to: formatTimespan(range[1]) }) : t("usualUnknown")}
      />
      <Figure
        label={<span className="font-mono">{target}</span>}
        value={targetUsec === null ? "—" : formatTimespan(targetUsec)}
        says={targetUsec === null ? t("neverReached") : t("reached")}
      />
      <Figure
        label={t("slowest")}
        value={slowest ? formatTimespan(slowest.took) : "—"}
        says={<span className="font-mono">{slowest?.unit}</span>}
      />
      <Figure
        label={t("units")}
        value={String(units.length)}
        says={t("failed", { count: failedUnits.length })}
        tone={failedUnits.length > 0 ? "fail" : undefined}
      />
    </dl>
  );
}

interface FigureProps {
  label: ReactNode;
  value: string;
  says: ReactNode;
  tone?: "fail" | undefined;
}

function Figure({ label, value, says, tone }: FigureProps) {
  return (
    <div className="min-w-0 rounded-xl border bg-panel px-3.5 py-3">
      <dt className="truncate text-ink-3 text-xs">{label}</dt>
      <dd>
        <span className="block font-semibold text-xl tracking-tight">{value}</span>
        <span className={cn("block truncate text-xs", tone === "fail" ? "text-fail" : "text-ink-3")}>{says}</span>
      </dd>
    </div>
  );
}
