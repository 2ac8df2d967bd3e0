import { formatBytes } from "@/lib/format";

/** "3.1%", of one processor; tenths only where they matter. */
export function formatPercent(percent: number, locale: string): string {
  const digits = percent < 10 ? 1 : 0;
  return new Intl.NumberFormat(locale, {
    style: "percent",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(percent / 100);
}

export function formatCount(count: number, locale: string): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(count);
}

export function formatRate(bytesPerSec: number, locale: string): string {
  return `${formatBytes(bytesPerSec, locale)}/s`;
}
