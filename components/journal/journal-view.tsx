"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useState } from "react";

import type { JournalFilter } from "@/lib/journal-filter";
import { describeError } from "@/lib/trpc/describe-error";
import { reasonOf } from "@/lib/trpc/reason-of";
import { cn } from "@/lib/utils";
import { CommandLine } from "../ui/command-line";
import { EmptyState } from "../ui/empty-state";
import { ErrorState } from "../ui/error-state";
import { SkeletonRows } from "../ui/skeleton";
import { EntryDetails } from "./entry-details";
import { JournalList } from "./journal-list";
import { JournalProblems } from "./journal-problems";
import { FollowToggle, JournalRefused, JournalToolbar } from "./journal-state";
import { SearchedTo } from "./searched-to";
import { useJournal } from "./use-journal";

interface JournalViewProps {
  name: string;
  filter: JournalFilter;
  at: string | null;
  onPatternError: (message: string) => void;
  /** The first lines have come. */
  onReadable: () => void;
  onUnit: (unit: string) => void;
  /** To the newest lines, of a journal that began at a moment. */
  onNewest: () => void;
  /** What takes the filter away; null without one. */
  showAll: ReactNode;
}

/** The lines that fit one question, and the details of one of them. */
export function JournalView({
  name,
  filter,
  at,
  onPatternError,
  onReadable,
  onUnit,
  onNewest,
  showAll,
}: JournalViewProps) {
  const t = useTranslations("journal");
  const ta = useTranslations("app");
  const journal = useJournal({ name, filter, at });
  const [following, setFollowing] = useState(at === null);
  const follow = (now: boolean) => {
    setFollowing(now);
    journal.setFollowing(now);
  };
  const toNewest = () => {
    follow(true);
    if (at === null) journal.toNewest();
    else onNewest();
  };
  const [selected, setSelected] = useState<string | null>(null);
  const { window, state, error } = journal;
  const badPattern = reasonOf(error) === "bad-pattern";
  const message = badPattern ? describeError(error, ta("unreachable")).message : null;
  useEffect(() => {
    if (message !== null) onPatternError(message);
  }, [message, onPatternError]);
  const readable = window !== null;
  useEffect(() => {
    if (readable) onReadable();
  }, [readable, onReadable]);
  if (badPattern) return <EmptyState title={t("badPattern")}>{t("badPatternHint")}</EmptyState>;
  if (!window) {
    const refused = state?.state === "unavailable" ? state : null;
    if (refused || reasonOf(error))
      return <JournalRefused name={name} refused={refused} error={error} onRetry={journal.retry} />;
    if (error) return <ErrorState error={error} onRetry={journal.retry} />;
    return <SkeletonRows label={ta("loading")} rows={10} />;
  }
  const searching = window.searchedTo !== null;
  // Where a filter is set, a file that cannot be read is not why there is no line.
  const emptyTitle = searching
    ? "noMatchSoFar"
    : showAll
      ? "noMatch"
      : journal.problems.length > 0
        ? "noneReadable"
        : "empty";
  return (
    <div className="grid gap-3">
      <JournalProblems problems={journal.problems} />
      {error ? <ErrorState error={error} onRetry={journal.retry} /> : null}
      <div className="overflow-clip rounded-xl border bg-panel">
        <JournalToolbar name={name} filter={filter} journal={journal}>
          {filter.until === undefined ? (
            <FollowToggle following={following} onToggle={() => (following ? follow(false) : toNewest())} />
          ) : null}
        </JournalToolbar>
        {searching && window.lines.length > 0 ? (
          <SearchedTo journal={journal} className="border-b px-3.5 py-1.5" />
        ) : null}
        {window.lines.length === 0 ? (
          <div className="p-3.5">
            <EmptyState title={t(emptyTitle)}>
              <SearchedTo journal={journal} className="mb-3 justify-center" />
              {showAll}
            </EmptyState>
          </div>
        ) : (
          <div
            className={cn("grid grid-cols-[minmax(0,1fr)]", selected !== null && "xl:grid-cols-[minmax(0,1fr)_26rem]")}
          >
            <JournalList
              window={window}
              journal={journal}
              following={following}
              onFollowing={follow}
              selected={selected}
              onSelect={setSelected}
              onNewest={toNewest}
            />
            {selected === null ? null : (
              <EntryDetails
                key={selected}
                name={name}
                cursor={selected}
                onClose={() => setSelected(null)}
                onUnit={onUnit}
              />
            )}
          </div>
        )}
      </div>
      {journal.command === null ? null : <CommandLine command={journal.command} />}
    </div>
  );
}
