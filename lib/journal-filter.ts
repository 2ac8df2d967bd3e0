/** What of a journal is asked for. Pure and without zod: the page and the api make the same command line of it. */
export interface JournalFilter {
  units?: readonly string[] | undefined;
  priority?: number | undefined;
  grep?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  boot?: string | undefined;
}

/** The filter as journalctl(1) takes it. Every value is part of its option's own word, so none can be read as another option. */
export function filterArguments({ units = [], priority, grep, since, until, boot }: JournalFilter): string[] {
  return [
    ...units.map((unit) => `--unit=${unit}`),
    ...(priority === undefined ? [] : [`--priority=${priority}`]),
    ...(grep === undefined ? [] : [`--grep=${grep}`]),
    ...(since === undefined ? [] : [`--since=${toJournalTime(since)}`]),
    ...(until === undefined ? [] : [`--until=${toJournalTime(until)}`]),
    // Not --boot=: outside the machine itself that reads through all boots first.
    ...(boot === undefined ? [] : [`_BOOT_ID=${boot}`]),
  ];
}

/** The last second that systemd.time(7) knows. It knows none before 1970, either: both are on the way while a year is typed. */
const LAST_MS = Date.UTC(9999, 11, 30, 23, 59, 59);

/** "2026-11-24 07:54:53.055 UTC", systemd.time(7). */
function toJournalTime(iso: string): string {
  const ms = Math.min(Math.max(0, Date.parse(iso)), LAST_MS);
  return new Date(ms).toISOString().replace("T", " ").replace("Z", " UTC");
}

/** A text as a pattern that finds it as it is. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|#-]/g, "\\$&");
}

/** The boot an entry is of, as its cursor has it. */
export function bootOf(cursor: string): string | null {
  return /;b=([0-9a-f]{32});/.exec(cursor)?.[1] ?? null;
}
