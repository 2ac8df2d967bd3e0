"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import type { BootTimeline } from "@/lib/boot";
import { BOOT_VIEWS, type BootQuery, formatBootQuery, parseBootQuery } from "@/lib/boot-query";
import type { Machine } from "@/lib/machine";
import { LinkState } from "../inside/link-state";
import { ErrorState } from "../ui/error-state";
import { SkeletonRows } from "../ui/skeleton";
import { TabPanels } from "../ui/tab-panels";
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
  const panelOf = (view: BootQuery["view"]) =>
    view === "history" ? (
      <HistoryView name={name} />
    ) : (
      <PresentBoot name={name} boot={boot}>
        {(timeline, ref) => <View boot={ref} timeline={timeline} query={query} onChange={change} view={view} />}
      </PresentBoot>
    );
  return (
    <TabPanels
      look="pills"
      label={t("views")}
      tabs={BOOT_VIEWS.map((view) => ({ id: view, text: t(view), panel: panelOf(view) }))}
      current={query.view}
      onChoose={(view) => change({ view })}
    />
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
  const failure = error ? <ErrorState error={error} onRetry={() => void refetch()} /> : null;
  if (!data) return failure ?? <SkeletonRows label={ta("loading")} rows={8} />;
  return (
    <>
      {/* What was read before stays where it could not be read again, and is not taken for what is. */}
      {failure}
      <BootFigures name={boot.name} timeline={data} />
      {children(data, boot)}
    </>
  );
}
