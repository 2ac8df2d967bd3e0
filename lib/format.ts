/** Numbers and times for people. Pure: the clock and the locale are arguments. */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** 1536 → "1.5 KiB". Three significant figures, powers of 1024 as systemd prints them. */
export function formatBytes(bytes: number, locale = "en"): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  // 1023.9 KiB would round to "1,020 KiB"; one power up it is "1 MiB".
  const rounded = bytes / 1024 ** power >= 999.5 && power < UNITS.length - 1 ? power + 1 : power;
  const value = bytes / 1024 ** rounded;
  return `${new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 }).format(value)} ${UNITS[rounded]}`;
}

const STEPS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** "2 d": a number and its unit with a space that does not break between them, as both languages set them. */
function unit(
  value: number,
  name: string,
  locale: string,
  fractionDigits: { min?: number; max?: number } = {},
): string {
  const parts = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: name,
    unitDisplay: "narrow",
    minimumFractionDigits: fractionDigits.min ?? 0,
    maximumFractionDigits: fractionDigits.max ?? 0,
  }).formatToParts(value);
  const number = parts.filter(({ type }) => type !== "unit" && type !== "literal").map((part) => part.value);
  const word = parts.find(({ type }) => type === "unit")?.value ?? "";
  return `${number.join("")}\u00a0${word}`;
}

/** The two largest units: "2 d 4 h", "3 m 20 s", "12 s". Below zero (two clocks disagree) counts as nothing. */
export function formatDuration(ms: number, locale = "en"): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const first = STEPS.findIndex(([, size]) => seconds >= size);
  if (first === -1) return unit(0, "second", locale);
  let rest = seconds;
  const parts: string[] = [];
  for (const [name, size] of STEPS.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(unit(count, name, locale));
  }
  return parts.join(" ");
}

/** Short spans exactly: "84 ms", "1.3 s", and from a minute on as formatDuration. */
export function formatMilliseconds(ms: number, locale = "en"): string {
  if (ms < 1000) return unit(Math.round(ms), "millisecond", locale);
  return ms < 60_000 ? unit(ms / 1000, "second", locale, { max: 1 }) : formatDuration(ms, locale);
}

/** A place in something that plays, of seconds: "0:05", "12:34", "1:00:00". */
export function formatClock(seconds: number): string {
  const whole = Math.floor(Math.max(seconds, 0));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A span that still grows: "1.2 s" with its tenth up to ten seconds, so that it is seen to move; then as formatDuration. */
export function formatElapsed(ms: number, locale = "en"): string {
  if (ms >= 10_000) return formatDuration(ms, locale);
  return unit(Math.floor(Math.max(0, ms) / 100) / 10, "second", locale, { min: 1, max: 1 });
}

/** "5 minutes ago" in the locale's words. */
export function formatRelative(then: Date, now: Date, locale = "en"): string {
  const seconds = Math.round((then.getTime() - now.getTime()) / 1000);
  const [name, size] = STEPS.find(([, one]) => Math.abs(seconds) >= one) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.trunc(seconds / size), name);
}

/** Date and time to the second, in the reader's own time zone unless one is given. */
export function formatDateTime(at: Date, locale = "en", timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    dateStyle: "medium",
    timeStyle: "medium",
    ...(timeZone ? { timeZone } : {}),
  }).format(at);
}

/** The day in full: "Tuesday, November 24, 2026". */
export function formatDate(at: Date, locale = "en", timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "full", ...(timeZone ? { timeZone } : {}) }).format(at);
}

/** The time of day to the second, 24 hours in every language: "08:05:09". */
export function formatTime(at: Date, locale = "en", timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    ...(timeZone ? { timeZone } : {}),
  }).format(at);
}
