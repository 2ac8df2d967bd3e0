"use client";

import { useLocale, useTranslations } from "next-intl";

import { formatBytes } from "@/lib/format";
import { piecesOf, STEP_MS } from "@/lib/metric-series";
import type { Measure } from "@/lib/metrics";
import { formatPercent } from "./format-metric";
import { type LivePoint, useLivePoints } from "./live-metrics";
import { useMissingWords } from "./use-missing-words";

const SPARK_WIDTH = 56;
const SPARK_HEIGHT = 18;
const SPARK_MS = 60_000;
/** A machine that idles draws a flat line, not a mountain of noise. */
const SPARK_LEAST_PERCENT = 20;

/** A running machine's processor time, with the line of the last minute where there is room. */
export function CpuLoad({ name }: { name: string }) {
  const locale = useLocale();
  const points = useLivePoints(name);
  const last = points.at(-1);
  if (!last) return null;
  if (last.cpuPercent === null) return <Missing point={last} measure="cpu" />;
  return (
    <span className="flex items-center justify-end gap-2">
      <Spark points={points} />
      <span className="min-w-10">{formatPercent(last.cpuPercent, locale)}</span>
    </span>
  );
}

export function MemoryLoad({ name }: { name: string }) {
  const locale = useLocale();
  const last = useLivePoints(name).at(-1);
  if (!last) return null;
  if (last.memoryBytes === null) return <Missing point={last} measure="memory" />;
  return formatBytes(last.memoryBytes, locale);
}

/** Both, in the line of a machine's name on a phone. */
export function CompactLoad({ name }: { name: string }) {
  const t = useTranslations("metrics");
  if (useLivePoints(name).length === 0) return null;
  return (
    <span className="ml-auto flex shrink-0 gap-1 text-ink-2 text-xs">
      {t("cpu")} <CpuLoad name={name} />
      <span aria-hidden>·</span>
      <MemoryLoad name={name} />
    </span>
  );
}

function Missing({ point, measure }: { point: LivePoint; measure: Measure }) {
  const t = useTranslations("metrics");
  const wordsOf = useMissingWords();
  const reason = point.missing[measure] ?? "unreadable";
  // The next reading has it.
  if (reason === "pending") return null;
  const { why, hint } = wordsOf(measure, reason);
  return (
    <span className="text-ink-3" title={[why, hint].filter(Boolean).join(" ")}>
      <span aria-hidden>{t("missingShort")}</span>
      <span className="sr-only">{t("notAvailable")}</span>
    </span>
  );
}

function Spark({ points }: { points: readonly LivePoint[] }) {
  const now = points.at(-1)?.atMs ?? 0;
  const shown = points.filter(({ atMs }) => atMs >= now - SPARK_MS);
  const top = Math.max(SPARK_LEAST_PERCENT, ...shown.map(({ cpuPercent }) => cpuPercent ?? 0));
  const x = (atMs: number) => (((atMs - now + SPARK_MS) / SPARK_MS) * SPARK_WIDTH).toFixed(1);
  const y = (value: number) => (SPARK_HEIGHT - 1 - (value / top) * (SPARK_HEIGHT - 2)).toFixed(1);
  const line = piecesOf(shown, "cpuPercent", STEP_MS.live)
    .map((piece) => `M${piece.map(({ atMs, value }) => `${x(atMs)} ${y(value)}`).join("L")}`)
    .join("");
  return (
    <svg aria-hidden width={SPARK_WIDTH} height={SPARK_HEIGHT} className="shrink-0 border-b @max-6xl:hidden">
      <path d={line} className="fill-none stroke-accent" strokeWidth={1.5} strokeLinejoin="round" />
    </svg>
  );
}
