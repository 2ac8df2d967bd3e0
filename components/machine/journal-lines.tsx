"use client";

import { useLocale } from "next-intl";

import type { JournalEntry } from "@/lib/journal";
import { cn } from "@/lib/utils";
import { ScrollRegion } from "../ui/scroll-region";

const WARNING = 4;
const ERROR = 3;

/** A short piece of a journal, newest last, as journalctl prints it. */
export function JournalLines({ entries, label }: { entries: readonly JournalEntry[]; label: string }) {
  const locale = useLocale();
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "medium", hourCycle: "h23" });
  return (
    <ScrollRegion label={label} className="max-h-80 border-t px-4 py-2">
      <ol className="grid font-mono text-[12.5px] leading-[1.6]">
        {entries.map(({ cursor, at, identifier, priority, message }) => (
          <li key={cursor} className="grid grid-cols-[auto_1fr] gap-x-3 max-md:grid-cols-1">
            <time dateTime={at} className="text-ink-3">
              {time.format(new Date(at))}
            </time>
            <span
              className={cn(
                "whitespace-pre-wrap text-ink-2 [overflow-wrap:anywhere]",
                priority === WARNING && "text-busy",
                priority <= ERROR && "text-fail",
              )}
            >
              <span className="text-ink-3">{identifier}: </span>
              {message}
            </span>
          </li>
        ))}
      </ol>
    </ScrollRegion>
  );
}
