"use client";

import { useLocale, useTranslations } from "next-intl";
import { memo } from "react";

import { formatDate, formatTime } from "@/lib/format";
import { bootOf } from "@/lib/journal-filter";
import { PRIORITIES } from "@/lib/journal-query";
import type { JournalLine } from "@/lib/journal-window";
import { cn } from "@/lib/utils";

const WARNING = 4;
const ERROR = 3;
const NOTICE = 5;
const DEBUG = 7;

interface JournalRowProps {
  line: JournalLine;
  before: JournalLine | undefined;
  /** The journal has nothing before it. */
  isBeginning: boolean;
  /** Nothing of it was left out as unreadable: without, what was may have been before the beginning. */
  isWhole: boolean;
  id: string;
  selected: boolean;
  onSelect: (cursor: string) => void;
}

/** One entry, and above it what lies between it and the entry before: a new day, another boot, lines that were dropped. */
export const JournalRow = memo(function JournalRow({
  line,
  before,
  isBeginning,
  isWhole,
  id,
  selected,
  onSelect,
}: JournalRowProps) {
  const t = useTranslations("journal");
  const locale = useLocale();
  const { cursor, at, identifier, pid, priority, message, truncated } = line.entry;
  const level = PRIORITIES[priority] ?? "info";
  return (
    <>
      {isBeginning ? <Divider>{t(isWhole ? "beginning" : "readableBeginning")}</Divider> : null}
      <Between line={line} before={before} />
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the list has the focus, and its keys. */}
      <div
        role="option"
        id={id}
        aria-selected={selected}
        tabIndex={-1}
        className={cn(
          "grid cursor-pointer grid-cols-[4.25rem_4.25rem_minmax(0,1fr)] gap-x-2 px-3.5 py-px max-md:grid-cols-[4.25rem_minmax(0,1fr)]",
          selected ? "bg-accent-soft" : "hover:bg-accent-soft/40",
        )}
        onClick={() => onSelect(cursor)}
      >
        <time dateTime={at} title={at} className="text-ink-3">
          {formatTime(new Date(at), locale)}
        </time>
        <span className={cn("max-md:hidden", toneOf(priority))}>{level}</span>
        <span className={cn("line-clamp-8 whitespace-pre-wrap [overflow-wrap:anywhere]", toneOf(priority))}>
          <span className="text-ink-3">
            {identifier}
            {pid === null ? "" : `[${pid}]`}:{" "}
          </span>
          {priority <= WARNING ? <span className="md:hidden">{level} · </span> : null}
          {message}
          {truncated ? "…" : ""}
        </span>
      </div>
    </>
  );
});

function toneOf(priority: number): string {
  if (priority <= ERROR) return "text-fail";
  if (priority === WARNING) return "text-busy";
  if (priority === NOTICE) return "font-medium text-ink";
  return priority === DEBUG ? "text-ink-3" : "text-ink-2";
}

function Between({ line: { entry, gap }, before }: Pick<JournalRowProps, "line" | "before">) {
  const t = useTranslations("journal");
  const locale = useLocale();
  const day = formatDate(new Date(entry.at), locale);
  const boot = bootOf(entry.cursor);
  const otherBoot = before !== undefined && bootOf(before.entry.cursor) !== boot;
  return (
    <>
      {gap === 0 ? null : (
        <div className="my-1 border-busy border-l-2 bg-busy-soft px-3 py-1 font-sans text-busy">
          {gap === null ? t("gapOfCut") : t("gap", { count: gap })}
        </div>
      )}
      {otherBoot ? <Divider>{t("boot", { boot: boot?.slice(0, 8) ?? "" })}</Divider> : null}
      {before === undefined || formatDate(new Date(before.entry.at), locale) !== day ? <Divider>{day}</Divider> : null}
    </>
  );
}

function Divider({ children }: { children: string }) {
  return (
    <div className="flex items-center gap-3 px-3.5 py-1.5 font-sans text-ink-3 text-xs after:h-px after:flex-1 after:bg-line">
      {children}
    </div>
  );
}
