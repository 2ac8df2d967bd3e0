"use client";

import { LoaderCircle } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";

import type { BootJob } from "@/lib/boot";
import { formatTimespan, USEC_PER_MSEC } from "@/lib/boot-timespan";
import { Badge } from "../ui/badge";
import { useNow } from "../ui/use-now";

interface BootWaitingProps {
  name: string;
  /** When the jobs were told. */
  elapsedUsec: number;
  jobs: readonly BootJob[];
}

/** A boot that goes on, and what it waits for: as `systemctl list-jobs` has it, live. */
export function BootWaiting({ name, elapsedUsec, jobs }: BootWaitingProps) {
  const t = useTranslations("boot");
  return (
    <section aria-labelledby="boot-waiting" className="overflow-hidden rounded-xl border bg-panel">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1 p-4">
        <LoaderCircle aria-hidden className="size-4 animate-spin self-center text-busy" />
        <h2 id="boot-waiting" className="font-semibold text-base">
          {t("waiting", { name })}
        </h2>
        <Elapsed key={elapsedUsec} elapsedUsec={elapsedUsec} />
        <p role="status" className="w-full text-ink-2">
          {t("waitingFor", { count: jobs.length })}
        </p>
      </div>
      <ul aria-label={t("jobs")}>
        {jobs.map(({ unit, type, state }) => (
          <li key={unit} className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t px-4 py-2">
            <span className="min-w-0 flex-1 font-mono text-[13px] [overflow-wrap:anywhere]">{unit}</span>
            <span className="text-ink-3 text-xs">{type}</span>
            <Badge tone={state === "running" ? "busy" : "neutral"}>
              {state === "running" ? t("jobRunning") : t("jobWaiting")}
            </Badge>
          </li>
        ))}
      </ul>
    </section>
  );
}

const TICK_MS = 100;

function Elapsed({ elapsedUsec }: { elapsedUsec: number }) {
  const [toldAt, setToldAt] = useState<number | null>(null);
  useEffect(() => setToldAt(Date.now()), []);
  const now = useNow(TICK_MS);
  const since = toldAt === null ? 0 : Math.max(0, now - toldAt);
  const tenths = Math.floor((elapsedUsec / USEC_PER_MSEC + since) / TICK_MS) * TICK_MS;
  return <span className="text-ink-3">{formatTimespan(tenths * USEC_PER_MSEC, TICK_MS * USEC_PER_MSEC)}</span>;
}
