"use client";

import { useLocale } from "next-intl";

import { formatDateTime, formatRelative } from "@/lib/format";
import { useNow } from "./use-now";

const TICK_MS = 10_000;

/** "5 minutes ago", kept true, with the exact time for a pointer. */
export function RelativeTime({ at, className }: { at: string; className?: string }) {
  const locale = useLocale();
  const then = new Date(at);
  const now = useNow(TICK_MS);
  // The clock ticks in steps: what just happened is not in the future.
  const since = then.getTime() - now < TICK_MS && then.getTime() > now ? then.getTime() : now;
  return (
    <time dateTime={at} title={formatDateTime(then, locale)} className={className}>
      {formatRelative(then, new Date(since), locale)}
    </time>
  );
}
