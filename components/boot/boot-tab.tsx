"use client";

import { useTranslations } from "next-intl";
import * as Tabs from "radix-ui/tabs";
import type { ReactNode } from "react";

import type { BootTimeline } from "@/lib/boot";
import { BOOT_VIEWS, type BootQuery, formatBootQuery, parseBootQuery } from "@/lib/boot-query";
import type { Machine } from "@/lib/machine";
import { LinkState } from "../inside/link-state";
import { ErrorState } from "../ui/error-state";
import { SkeletonRows } from "../ui/skeleton";
import { useAddressQuery } from "../ui/use-address-query";
import { BlameView } from "./blame-view";
import { BootFigures } from "./boot-figures";
import { BootWaiting } from "./boot-waiting";
import { ChainView } from "./chain-view";
import { HistoryView } from "./history-view";
import { TimelineView } from "./timeline-view";
import { type Boot, type BootRef, useBoot, useTimeline } from "./use-boot";

const BOOT_ADDRESS = { parse: parseBootQuery, format: formatBootQuery };

/** How a machine boots: systemd-analyze's plot, blame and critical-chain of its present boot, and the history of those before. */
export function BootTab({ machine: { name } }: { machine: Machine }) {
  const t = useTranslations("boot");
  const boot = useBoot(name);
  const [query, change] = useAddressQuery(BOOT_ADDRESS);
  return (
    <Tabs.Root
      value={query.view}
      onValueChange={(chosen) => {
        const view = BOOT_VIEWS.find((one) => one === chosen);
        if (view) change({ view });
      }}
      className="grid gap-3.5"
    >
      <Tabs.List aria-label={t("views")} className="-my-1.5 flex gap-2 overflow-x-auto py-1.5">
        {BOOT_VIEWS.map((view) => (
          <Tabs.Trigger
            key={view}
            value={view}
            className="relative h-[26px] shrink-0 whitespace-nowrap rounded-full border border-line-2 px-2.5 text-ink-2 text-xs hover:bg-stop-soft max-md:h-8 max-md:px-3.5 max-md:text-[13px] data-[state=active]:border-transparent data-[state=active]:bg-accent-soft data-[state=active]:font-medium data-[state=active]:text-ink"
          >
            {t(view)}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {BOOT_VIEWS.map((view) => (
        <Tabs.Content key={view} value={view} className="grid min-w-0 gap-3.5">
          {view === "history" ? (
            <HistoryView name={name} />
          ) : (
            <PresentBoot name={name} boot={boot}>
              {(timeline, ref) => <View boot={ref} timeline={timeline} query={query} onChange={change} view={view} />}
            </PresentBoot>
          )}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}

interface ViewProps {
  view: Exclude<BootQuery["view"], "history">;
  boot: BootRef;
  timeline: BootTimeline;
  query: BootQuery;
  onChange: (change: Partial<BootQuery>) => void;
}

function View({ view, boot, timeline, query, onChange }: ViewProps) {
  if (view === "timeline") return <TimelineView boot={boot} timeline={timeline} />;
  if (view === "blame") return <BlameView timeline={timeline} onChain={(unit) => onChange({ view: "chain", unit })} />;
  return <ChainView boot={boot} timeline={timeline} unit={query.unit} onUnit={(unit) => onChange({ unit })} />;
}

interface PresentBootProps {
  name: string;
  boot: Boot;
  children: (timeline: BootTimeline, ref: BootRef) => ReactNode;
}

/** The boot that has finished; else why there is none to look at. */
function PresentBoot({ name, boot: { state, error, retry }, children }: PresentBootProps) {
  const t = useTranslations("boot");
  const ta = useTranslations("app");
  if (error) return <ErrorState error={error} onRetry={retry} />;
  if (state.is === "unreachable") return <LinkState name={name} link={state.link} stopped={t("stoppedHint")} />;
  if (state.is === "booting") return <BootWaiting name={name} elapsedUsec={state.elapsedUsec} jobs={state.jobs} />;
  if (state.is === "unknown") return <SkeletonRows label={ta("loading")} rows={8} />;
  return (
    <FinishedBoot key={state.bootId} boot={{ name, bootId: state.bootId }}>
      {children}
    </FinishedBoot>
  );
}

function FinishedBoot({ boot, children }: { boot: BootRef; children: PresentBootProps["children"] }) {
  const ta = useTranslations("app");
  const { data, error, refetch } = useTimeline(boot);
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows label={ta("loading")} rows={8} />;
  return (
    <>
      <BootFigures name={boot.name} timeline={data} />
      {children(data, boot)}
    </>
  );
}
