"use client";

import { useLocale, useTranslations } from "next-intl";

import type { Pressure, Resource, UnaccountedReason } from "@/lib/cgroup-accounting";
import { worstPressure } from "@/lib/cgroup-view";
import type { Cgroup } from "@/lib/cgroups";
import { formatBytes } from "@/lib/format";
import { cn } from "@/lib/utils";
import { REASONS, SETTINGS } from "./missing-words";

/** "3.2%" in the reader's language. */
function usePercent(maximumFractionDigits = 1): (value: number) => string {
  const format = new Intl.NumberFormat(useLocale(), { style: "percent", maximumFractionDigits });
  return (value) => format.format(value / 100);
}

/** A dash for what is not known, and why it is not. */
function Unknown({ word, why }: { word: string; why?: string | undefined }) {
  return (
    <span title={why ? `${word}: ${why}` : word} className="text-ink-3">
      <span aria-hidden>—</span>
      <span className="sr-only">{word}</span>
    </span>
  );
}

function NotAccounted({ resource, reason }: { resource: Resource; reason: UnaccountedReason | undefined }) {
  const t = useTranslations("processes");
  const why = reason && t(REASONS[reason], { setting: SETTINGS[resource] });
  return <Unknown word={t("unavailable")} why={why} />;
}

/** What a group takes, in percent of one core. */
export function Cpu({ percent, from }: { percent: number | null; from: Cgroup["cpuFrom"] }) {
  const t = useTranslations("processes");
  const format = usePercent();
  if (percent === null) return <Unknown word={t("notYet")} />;
  return (
    <span className={cn(percent < 0.05 && "text-ink-3")} title={from === "processes" ? t("fromProcesses") : undefined}>
      {format(percent)}
    </span>
  );
}

/** The kernel tells a process's time in hundredths of a second: of one second, whole percents are all there is. */
export function ProcessCpu({ percent }: { percent: number | null }) {
  const t = useTranslations("processes");
  const format = usePercent(0);
  if (percent === null) return <Unknown word={t("notYet")} />;
  return <span className={cn(percent < 0.5 && "text-ink-3")}>{format(percent)}</span>;
}

interface MemoryProps {
  bytes: number | null;
  /** Of a process, whose pages may be shared. */
  resident?: boolean;
  reason?: UnaccountedReason | undefined;
}

export function Memory({ bytes, resident = false, reason }: MemoryProps) {
  const t = useTranslations("processes");
  const locale = useLocale();
  if (bytes === null) return <NotAccounted resource="memory" reason={reason} />;
  return (
    <span className={cn("whitespace-nowrap", resident && "text-ink-2")} title={resident ? t("resident") : undefined}>
      {formatBytes(bytes, locale)}
    </span>
  );
}

export function Tasks({ group: { tasks, unaccounted } }: { group: Cgroup }) {
  const locale = useLocale();
  if (tasks === null) return <NotAccounted resource="tasks" reason={unaccounted.tasks} />;
  return <span>{new Intl.NumberFormat(locale).format(tasks)}</span>;
}

/** The resource that is waited for the most; all three on demand. */
export function PressureFigure({ group: { pressure, unaccounted } }: { group: Cgroup }) {
  const t = useTranslations("processes");
  const format = usePercent();
  const worst = worstPressure(pressure);
  if (pressure === null || worst === null) return <NotAccounted resource="pressure" reason={unaccounted.pressure} />;
  const some = ({ some: { avg10 } }: Pressure) => format(avg10);
  const all = t("pressureText", { cpu: some(pressure.cpu), memory: some(pressure.memory), io: some(pressure.io) });
  if (worst.percent === 0)
    return (
      <span title={all} className="text-ink-3">
        {format(0)}
      </span>
    );
  return (
    <span title={all} className={cn("whitespace-nowrap", worst.percent >= 10 && "text-busy")}>
      {format(worst.percent)} <span className="text-ink-3 text-xs">{t(worst.resource)}</span>
    </span>
  );
}
