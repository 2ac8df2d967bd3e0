"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";

import { type BootTimeline, fromTimelineUnit } from "@/lib/boot";
import { blame } from "@/lib/boot-graph";
import { formatTimespan } from "@/lib/boot-timespan";
import { cn } from "@/lib/utils";
import { EmptyState } from "../ui/empty-state";
import { Table, TableHead, TablePanel, TableRow } from "../ui/table";

interface BlameViewProps {
  timeline: BootTimeline;
  /** To the critical chain that ends at a unit. */
  onChain: (unit: string) => void;
}

/** What took time to start, the slowest first: `systemd-analyze blame`, as bars. */
export function BlameView({ timeline, onChain }: BlameViewProps) {
  const t = useTranslations("boot");
  const rows = useMemo(() => blame(timeline.units.map(fromTimelineUnit)), [timeline]);
  const critical = useMemo(() => new Set(timeline.critical), [timeline]);
  const longest = rows[0]?.took ?? 1;
  if (rows.length === 0) return <EmptyState title={t("blameNone")} />;
  return (
    <>
      <TablePanel>
        <Table aria-label={t("blame")} className="table-fixed">
          <thead>
            <tr>
              <TableHead className="w-24 text-right max-md:w-20">{t("took")}</TableHead>
              <TableHead>{t("unit")}</TableHead>
              <TableHead className="w-1/2 max-md:hidden">{t("share")}</TableHead>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ unit, took }) => (
              <TableRow key={unit} className="h-9">
                <td className="whitespace-nowrap px-3 py-1.5 text-right align-top">{formatTimespan(took)}</td>
                <td className="min-w-0 px-3 py-1.5 align-top">
                  <button
                    type="button"
                    title={t("showChain", { unit })}
                    className="text-left font-mono text-[13px] [overflow-wrap:anywhere] hover:underline"
                    onClick={() => onChain(unit)}
                  >
                    {unit}
                  </button>
                  {critical.has(unit) ? (
                    <span className="ml-2 inline-block whitespace-nowrap text-fail text-xs">{t("critical")}</span>
                  ) : null}
                  <ShareBar share={took / longest} critical={critical.has(unit)} className="mt-1 md:hidden" />
                </td>
                <td className="px-3 max-md:hidden">
                  <ShareBar share={took / longest} critical={critical.has(unit)} />
                </td>
              </TableRow>
            ))}
          </tbody>
        </Table>
      </TablePanel>
      <p className="text-ink-3 text-xs">{t("blameNote")}</p>
    </>
  );
}

/** How long against the longest; at least a hair, for what took any time. */
function ShareBar({ share, critical, className }: { share: number; critical: boolean; className?: string }) {
  return (
    <div aria-hidden className={cn("h-2.5 rounded-sm bg-stop-soft", className)}>
      <div
        className={cn("h-full min-w-0.5 rounded-sm", critical ? "bg-fail" : "bg-accent")}
        style={{ width: `${share * 100}%` }}
      />
    </div>
  );
}
