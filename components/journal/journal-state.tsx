"use client";

import { ArrowDownToLine, FileX2, LoaderCircle, Pause, Radio } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useMemo } from "react";

import type { JournalState } from "@/lib/journal";
import type { JournalFilter } from "@/lib/journal-filter";
import { countMissing } from "@/lib/journal-window";
import { describeError } from "@/lib/trpc/describe-error";
import { reasonOf } from "@/lib/trpc/reason-of";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { DownloadMenu } from "./download-menu";
import { findRefusal } from "./refusals";
import type { Journal } from "./use-journal";

interface JournalRefusedProps {
  name: string;
  refused: Extract<JournalState, { state: "unavailable" }> | null;
  error: unknown;
  onRetry: () => void;
}

/** Why there are no lines, and what to do about it. */
export function JournalRefused({ name, refused, error, onRetry }: JournalRefusedProps) {
  const t = useTranslations("journal");
  const ta = useTranslations("app");
  const told = refused ?? describeError(error, ta("unreachable"));
  const reason = refused ? refused.reason : reasonOf(error);
  const known = findRefusal(reason);
  const Icon = reason === "booting" ? LoaderCircle : FileX2;
  return (
    <EmptyState
      live
      icon={<Icon aria-hidden />}
      title={known ? t(known.title, { name }) : told.message}
      hint={known ? t(known.hint) : told.hint}
    >
      {/* A refusal goes on by itself when it passes; after an error nothing does. */}
      {refused ? null : <Button onClick={onRetry}>{ta("retry")}</Button>}
    </EmptyState>
  );
}

interface JournalToolbarProps {
  name: string;
  filter: JournalFilter;
  journal: Journal;
  children: ReactNode;
}

/** Whether the lines grow, how many are here, and a way to have them all. */
export function JournalToolbar({ name, filter, journal: { state, window }, children }: JournalToolbarProps) {
  const t = useTranslations("journal");
  const missing = useMemo(() => (window ? countMissing(window) : 0), [window]);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-3.5 py-1.5">
      <div role="status" className="flex min-w-0 flex-1 items-center gap-2 max-md:basis-full">
        <LiveBadge state={state} past={filter.until !== undefined} />
        {state?.state === "stopped" ? <span className="text-ink-3 text-xs">{t("stoppedHint")}</span> : null}
        {state?.state === "unavailable" ? <Unavailable name={name} state={state} /> : null}
      </div>
      <span className="text-ink-3 text-xs max-md:mr-auto">
        {t("held", { count: window?.lines.length ?? 0 })}
        {missing > 0 ? <span className="text-busy"> · {t("leftOut", { count: missing })}</span> : null}
      </span>
      {children}
      <DownloadMenu name={name} filter={filter} />
    </div>
  );
}

/** Why nothing follows the lines at the moment. */
function Unavailable({ name, state }: { name: string; state: Extract<JournalState, { state: "unavailable" }> }) {
  const t = useTranslations("journal");
  const known = findRefusal(state.reason);
  return (
    <span className="text-busy text-xs" title={known ? t(known.hint) : (state.hint ?? undefined)}>
      {known ? t(known.title, { name }) : state.message}
    </span>
  );
}

/** Whether the end is kept in view as lines come. */
export function FollowToggle({ following, onToggle }: { following: boolean; onToggle: () => void }) {
  const t = useTranslations("journal");
  return (
    <Button
      variant="ghost"
      aria-pressed={following}
      className={following ? "bg-accent-soft text-ink" : undefined}
      onClick={onToggle}
    >
      <ArrowDownToLine aria-hidden />
      {t("follow")}
    </Button>
  );
}

function LiveBadge({ state, past }: { state: JournalState | null; past: boolean }) {
  const t = useTranslations("journal");
  if (past) return <Badge>{t("past")}</Badge>;
  if (state?.state === "following") {
    return (
      <Badge tone="run">
        <Radio aria-hidden />
        {t("live")}
      </Badge>
    );
  }
  if (state?.state === "stopped") {
    return (
      <Badge>
        <Pause aria-hidden />
        {t("stopped")}
      </Badge>
    );
  }
  return (
    <Badge tone="busy">
      <LoaderCircle aria-hidden className="animate-spin" />
      {t("connecting")}
    </Badge>
  );
}
