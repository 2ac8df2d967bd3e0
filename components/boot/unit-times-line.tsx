"use client";

import { useTranslations } from "next-intl";

import type { BootTimeline, UnitRelations } from "@/lib/boot";
import { formatTimespan } from "@/lib/boot-timespan";

interface UnitTimesLineProps {
  timeline: BootTimeline;
  /** Null where none is looked at. */
  unit: string | null;
  relations: UnitRelations | undefined;
}

/** The exact times of the unit that is looked at, to the microsecond; its place is kept, so that nothing moves. */
export function UnitTimesLine({ timeline, unit, relations }: UnitTimesLineProps) {
  const t = useTranslations("boot");
  const found = timeline.units.find((one) => one.unit === unit);
  return (
    <div role="status" className="min-h-16 border-t px-3 py-2 text-xs max-md:min-h-24" data-testid="unit-times">
      {found ? (
        <>
          <p className="flex flex-wrap items-baseline gap-x-3">
            <span className="font-mono font-semibold text-[13px] [overflow-wrap:anywhere]">{found.unit}</span>
            <span className="text-ink-3">{t("isNow", { state: found.state })}</span>
          </p>
          <p className="mt-1 flex flex-wrap gap-x-4 gap-y-0.5 text-ink-2">
            <Time label={t("phase.activating")} usec={found.activatingUsec} />
            <Time label={t("phase.active")} usec={found.activatedUsec} />
            <Time label={t("phase.deactivating")} usec={found.deactivatingUsec} />
            <Time label={t("phase.inactive")} usec={found.deactivatedUsec} />
            {found.tookUsec > 0 ? <span>{t("startTook", { time: formatTimespan(found.tookUsec, 1) })}</span> : null}
            {relations ? (
              <span className="text-ink-3">
                {t("ties", { after: relations.after.length, before: relations.before.length })}
              </span>
            ) : null}
          </p>
        </>
      ) : (
        <p className="text-ink-3">{t("lookAtUnit")}</p>
      )}
    </div>
  );
}

function Time({ label, usec }: { label: string; usec: number | null }) {
  if (usec === null) return null;
  return (
    <span>
      {label} <span className="font-mono">@{formatTimespan(usec, 1)}</span>
    </span>
  );
}
