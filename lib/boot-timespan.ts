/** Times exactly as systemd's tools print them, so that page and shell can be compared letter by letter. */

export const USEC_PER_MSEC = 1000;
export const USEC_PER_SEC = 1_000_000;
const USEC_PER_MINUTE = 60 * USEC_PER_SEC;

const UNITS = [
  ["y", 31_557_600 * USEC_PER_SEC],
  ["month", 2_629_800 * USEC_PER_SEC],
  ["w", 604_800 * USEC_PER_SEC],
  ["d", 86_400 * USEC_PER_SEC],
  ["h", 3600 * USEC_PER_SEC],
  ["min", USEC_PER_MINUTE],
  ["s", USEC_PER_SEC],
  ["ms", USEC_PER_MSEC],
  ["us", 1],
] as const;

/**
 * `format_timespan()` of systemd's src/basic/time-util.c: 1284567 → "1.284s", 326123 → "326ms", 500 → "500us", 83000000 → "1min 23s".
 * What is below `accuracyUsec` is cut off, not rounded.
 */
export function formatTimespan(usec: number, accuracyUsec: number = USEC_PER_MSEC): string {
  let rest = Math.floor(usec);
  if (rest <= 0) return "0";
  const words: string[] = [];
  for (const [suffix, size] of UNITS) {
    if (rest <= 0 || (rest < accuracyUsec && words.length > 0)) break;
    if (rest < size) continue;
    const dotted = rest < USEC_PER_MINUTE ? dotNotation(rest, size, accuracyUsec) : null;
    words.push(`${dotted ?? Math.floor(rest / size)}${suffix}`);
    rest = dotted === null ? rest % size : 0;
  }
  return words.join(" ");
}

/** "1.284" of 1284567 at a size of a second; null where no digit is left behind the dot. */
function dotNotation(usec: number, size: number, accuracyUsec: number): string | null {
  const fraction = usec % size;
  const digits = Math.round(Math.log10(size)) - Math.round(Math.log10(accuracyUsec));
  if (fraction === 0 || digits <= 0) return null;
  const shown = Math.floor(fraction / accuracyUsec);
  return `${Math.floor(usec / size)}.${String(shown).padStart(digits, "0")}`;
}
