"use client";

import { useLocale, useTranslations } from "next-intl";

import { formatBytes, formatDateTime, formatTime } from "@/lib/format";
import { nearestIndex, niceTop, peakOf, type TimedValues } from "@/lib/metric-series";
import type { Measure, MissingReason } from "@/lib/metrics";
import { cn } from "@/lib/utils";
import { formatCount, formatPercent, formatRate } from "./format-metric";
import { MetricChart, type Series } from "./metric-chart";
import { useMissingWords } from "./use-missing-words";

const DAY_MS = 86_400_000;

/** Names of the lines are messages; a measure of one line needs none. */
export const CARDS = [
  { measure: "cpu", keys: ["cpuPercent"], lines: [], format: formatPercent, base: 10, least: 5 },
  { measure: "memory", keys: ["memoryBytes"], lines: [], format: formatBytes, base: 1024, least: 1 },
  { measure: "tasks", keys: ["tasks"], lines: [], format: formatCount, base: 10, least: 5 },
  {
    measure: "io",
    keys: ["ioReadBytesPerSec", "ioWriteBytesPerSec"],
    lines: ["read", "written"],
    format: formatRate,
    base: 1024,
    least: 1024,
  },
  {
    measure: "net",
    keys: ["netRxBytesPerSec", "netTxBytesPerSec"],
    lines: ["received", "sent"],
    format: formatRate,
    base: 1024,
    least: 1024,
  },
] as const;

export interface CardData {
  points: readonly TimedValues[];
  stepMs: number;
  fromMs: number;
  toMs: number;
  /** Why a measure is not there. */
  missing: Partial<Record<Measure, MissingReason>>;
  cursorMs: number | null;
  onCursor: (atMs: number | null) => void;
}

/** One measure: its figure, at the point that is looked at or now, and its line over time. */
export function MetricCard({ card, data }: { card: (typeof CARDS)[number]; data: CardData }) {
  const t = useTranslations("metrics");
  const locale = useLocale();
  const { points, cursorMs, missing, fromMs, toMs } = data;
  const title = t(card.measure);
  const shown = cursorMs === null ? points.at(-1) : points[nearestIndex(points, cursorMs)];
  const peak = peakOf(points, card.keys);
  const top = niceTop(Math.max(peak ?? 0, card.least), card.base);
  const texts = card.keys.map((key) => {
    const value = shown?.[key] ?? null;
    return value === null ? "—" : card.format(value, locale);
  });
  const series: Series[] = card.keys.map((key, index) => {
    const line = card.lines[index];
    return { key, label: line ? t(line) : title };
  });
  const when = (atMs: number) =>
    toMs - fromMs >= DAY_MS ? formatDateTime(new Date(atMs), locale) : formatTime(new Date(atMs), locale);
  const said = series.map(({ label }, index) => (series.length > 1 ? `${label} ${texts[index]}` : texts[index]));
  return (
    <section className="flex min-w-0 flex-col gap-2 rounded-xl border bg-panel px-3.5 py-3" aria-label={title}>
      <h2 className="text-ink-3 text-xs">{title}</h2>
      {peak === null && missing[card.measure] && missing[card.measure] !== "pending" ? (
        <NotAvailable measure={card.measure} reason={missing[card.measure]} />
      ) : (
        <>
          <div className="-mt-2 flex flex-wrap items-baseline gap-x-5">
            {series.map(({ key, label }, index) => (
              <p key={key} className="font-semibold text-xl tracking-tight">
                {texts[index]}
                {series.length > 1 ? <LineName label={label} dashed={index > 0} /> : null}
              </p>
            ))}
          </div>
          <MetricChart
            {...data}
            series={series}
            top={top}
            topText={card.format(top, locale)}
            label={t("chart", { what: title })}
            valueText={shown ? `${when(shown.atMs)}: ${said.join(", ")}` : t("nothingYet")}
          />
          <p className="flex justify-between gap-3 text-ink-3 text-xs">
            <span>
              {peak === null
                ? t("nothingYet")
                : t(card.measure === "cpu" ? "peakOfCore" : "peak", { value: card.format(peak, locale) })}
            </span>
            {shown ? <time dateTime={new Date(shown.atMs).toISOString()}>{when(shown.atMs)}</time> : null}
          </p>
        </>
      )}
    </section>
  );
}

function LineName({ label, dashed }: { label: string; dashed: boolean }) {
  return (
    <span className="ml-2 inline-flex items-center gap-1.5 font-normal text-ink-3 text-xs tracking-normal">
      <span aria-hidden className={cn("w-4 border-t-2", dashed ? "border-busy border-dashed" : "border-accent")} />
      {label}
    </span>
  );
}

function NotAvailable({ measure, reason }: { measure: Measure; reason: MissingReason | undefined }) {
  const t = useTranslations("metrics");
  const wordsOf = useMissingWords();
  const { why, hint } = wordsOf(measure, reason ?? "unreadable");
  return (
    <>
      <p className="-mt-2 font-semibold text-ink-2 text-xl tracking-tight">{t("notAvailable")}</p>
      <p className="text-ink-2">{why}</p>
      {hint ? <p className="text-ink-3 text-xs [overflow-wrap:anywhere]">{hint}</p> : null}
    </>
  );
}
