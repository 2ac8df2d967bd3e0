"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";

import type { Machine } from "@/lib/machine";
import {
  formatMetricQuery,
  METRIC_RANGES,
  type MetricRange,
  parseMetricQuery,
  RANGE_MS,
  STEP_MS,
  type TimedValues,
} from "@/lib/metric-series";
import { useTRPC } from "@/lib/trpc/client";
import { cn } from "@/lib/utils";
import { ErrorState } from "../ui/error-state";
import { FilterChip } from "../ui/filter-chip";
import { useAddressQuery } from "../ui/use-address-query";
import { useNow } from "../ui/use-now";
import { useLivePoints } from "./live-metrics";
import { CARDS, MetricCard } from "./metric-card";
import { MetricsFeed } from "./metrics-feed";

const METRICS_ADDRESS = { parse: parseMetricQuery, format: formatMetricQuery };

/** What a machine uses, live and over the last hour, day and week. */
export function Resources({ machine }: { machine: Machine }) {
  const t = useTranslations("metrics");
  const [{ range }, change] = useAddressQuery(METRICS_ADDRESS);
  const runs = machine.leaderPid !== null;
  return (
    <section aria-label={t("title")} className="@container grid gap-3">
      {runs ? <MetricsFeed name={machine.name} /> : null}
      <RangeSwitch range={range} onChange={(chosen) => change({ range: chosen })} />
      {range === "live" ? (
        runs ? (
          <Live name={machine.name} />
        ) : (
          <Note>{t("notRunning", { name: machine.name })}</Note>
        )
      ) : machine.image === null ? (
        <Note>{t("notKept", { name: machine.name })}</Note>
      ) : (
        <Past name={machine.name} range={range} />
      )}
    </section>
  );
}

function RangeSwitch({ range, onChange }: { range: MetricRange; onChange: (range: MetricRange) => void }) {
  const t = useTranslations("metrics");
  return (
    <fieldset className="-my-1.5 flex gap-2 overflow-x-auto py-1.5">
      <legend className="sr-only">{t("range")}</legend>
      {METRIC_RANGES.map((one) => (
        <FilterChip key={one} text={t(one)} on={one === range} onClick={() => onChange(one)} />
      ))}
    </fieldset>
  );
}

function Note({ children }: { children: string }) {
  return (
    <p role="status" className="rounded-xl border bg-panel px-3.5 py-3 text-ink-2">
      {children}
    </p>
  );
}

function Live({ name }: { name: string }) {
  const points = useLivePoints(name);
  const toMs = points.at(-1)?.atMs ?? 0;
  return <Cards name={name} points={points} range="live" toMs={toMs} />;
}

/** Read again whenever a step of it has ended. */
function Past({ name, range }: { name: string; range: Exclude<MetricRange, "live"> }) {
  const trpc = useTRPC();
  const toMs = useNow(STEP_MS[range]) + STEP_MS[range];
  const history = useQuery({
    ...trpc.metrics.history.queryOptions({
      name,
      from: new Date(toMs - RANGE_MS[range]).toISOString(),
      to: new Date(toMs).toISOString(),
    }),
    placeholderData: keepPreviousData,
  });
  const points = useMemo(
    () => (history.data?.points ?? []).map((point): TimedValues => ({ ...point, atMs: Date.parse(point.at) })),
    [history.data],
  );
  if (history.error) return <ErrorState error={history.error} onRetry={() => void history.refetch()} />;
  return <Cards name={name} points={points} range={range} toMs={toMs} />;
}

interface CardsProps {
  name: string;
  points: readonly TimedValues[];
  range: MetricRange;
  toMs: number;
}

/** All measures over the same time: looking at a moment of one shows it in all. */
function Cards({ name, points, range, toMs }: CardsProps) {
  const [cursorMs, setCursorMs] = useState<number | null>(null);
  const missing = useLivePoints(name).at(-1)?.missing ?? {};
  const data = {
    points,
    stepMs: STEP_MS[range],
    fromMs: toMs - RANGE_MS[range],
    toMs,
    missing,
    cursorMs,
    onCursor: setCursorMs,
  };
  return (
    <div className="grid grid-cols-6 gap-3.5 @max-2xl:grid-cols-1 @max-2xl:gap-2">
      {CARDS.map((card, index) => (
        <div key={card.measure} className={cn("grid", index < 3 ? "col-span-2" : "col-span-3", "@max-2xl:col-span-1")}>
          <MetricCard card={card} data={data} />
        </div>
      ))}
    </div>
  );
}
