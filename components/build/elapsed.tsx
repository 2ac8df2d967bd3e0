"use client";

import { useLocale } from "next-intl";

import { formatMilliseconds } from "@/lib/format";
import { useNow } from "../ui/use-now";

interface ElapsedProps {
  from: string | null;
  /** Null while it goes on. */
  to: string | null;
}

/** How long something took, or takes so far; a dash where it did not begin. */
export function Elapsed({ from, to }: ElapsedProps) {
  const locale = useLocale();
  const now = useNow(from !== null && to === null ? 1000 : null);
  if (from === null) return <>—</>;
  const ms = (to === null ? now : Date.parse(to)) - Date.parse(from);
  // A running clock without tenths, which would only flicker.
  return <>{formatMilliseconds(to === null ? Math.max(0, Math.floor(ms / 1000) * 1000) : ms, locale)}</>;
}
