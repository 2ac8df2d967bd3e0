"use client";

import { scaleBand, scaleLinear } from "d3-scale";
import { useLocale, useTranslations } from "next-intl";
import { useMemo, useRef } from "react";

import type { BootHistoryRow } from "@/lib/boot";
import { usualRange } from "@/lib/boot-history";
import { formatTimespan } from "@/lib/boot-timespan";
import { formatDateTime } from "@/lib/format";
import { useWidth } from "../ui/use-width";

const HEIGHT = 168;
const LEFT = 56;
const TOP = 10;
const BOTTOM = 26;
const TICKS = 4;
/** Bars of a machine booted only twice are no walls. */
const MAX_BAR_PX = 40;
/** Two dates side by side. */
const MIN_DATES_PX = 190;

interface HistoryChartProps {
  /** Newest first. */
  rows: readonly BootHistoryRow[];
  chosen: readonly string[];
}

/** Userspace time of every recorded boot, oldest at the left; the band is what is usual. The list below says the same in words. */
export function HistoryChart({ rows, chosen }: HistoryChartProps) {
  const t = useTranslations("boot");
  const locale = useLocale();
  const frame = useRef<HTMLElement>(null);
  const width = useWidth(frame);
  const boots = useMemo(() => [...rows].reverse(), [rows]);
  const range = usualRange(rows);
  const y = scaleLinear()
    .domain([0, Math.max(1, ...rows.map(({ userspaceUsec }) => userspaceUsec))])
    .nice(TICKS)
    .range([HEIGHT - BOTTOM, TOP]);
  const x = scaleBand()
    .domain(boots.map(({ bootId }) => bootId))
    .range([LEFT, Math.min(width, LEFT + boots.length * (MAX_BAR_PX + 8))])
    .padding(0.25);
  const end = x.range()[1];
  const first = boots[0];
  const last = boots.at(-1);
  return (
    <figure ref={frame} className="rounded-xl border bg-panel p-3">
      <figcaption className="mb-1 flex flex-wrap justify-between gap-x-4 text-ink-3 text-xs">
        <span>{t("historyChart", { count: rows.length })}</span>
        {range ? <span>{t("usual", { from: formatTimespan(range[0]), to: formatTimespan(range[1]) })}</span> : null}
      </figcaption>
      <svg aria-hidden width="100%" height={HEIGHT} className="block overflow-visible text-[11px]">
        {range ? (
          <rect
            x={LEFT}
            width={Math.max(0, width - LEFT)}
            y={y(range[1]) - 1}
            height={y(range[0]) - y(range[1]) + 2}
            className="fill-accent-soft"
          />
        ) : null}
        {y.ticks(TICKS).map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} className="stroke-line" />
            <text x={LEFT - 8} y={y(tick)} dy="0.35em" textAnchor="end" className="fill-ink-3">
              {formatTimespan(tick)}
            </text>
          </g>
        ))}
        {boots.map((boot) => (
          <rect
            key={boot.bootId}
            x={x(boot.bootId)}
            width={x.bandwidth()}
            y={y(boot.userspaceUsec)}
            height={y(0) - y(boot.userspaceUsec)}
            rx={Math.min(3, x.bandwidth() / 3)}
            className={boot.slower ? "fill-busy" : "fill-accent"}
            opacity={chosen.length === 0 || chosen.includes(boot.bootId) ? 1 : 0.35}
          >
            <title>{`${formatDateTime(new Date(boot.at), locale)} · ${formatTimespan(boot.userspaceUsec)}`}</title>
          </rect>
        ))}
        {first && last ? (
          <>
            <text x={LEFT} y={HEIGHT - 6} className="fill-ink-3">
              {shortDate(first.at, locale)}
            </text>
            {end - LEFT > MIN_DATES_PX ? (
              <text x={end} y={HEIGHT - 6} textAnchor="end" className="fill-ink-3">
                {shortDate(last.at, locale)}
              </text>
            ) : null}
          </>
        ) : null}
      </svg>
    </figure>
  );
}

function shortDate(at: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(new Date(at));
}
