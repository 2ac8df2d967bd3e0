import { escapePattern, type JournalFilter } from "./journal-filter";

/** syslog(3) levels by their number. */
export const PRIORITIES = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"] as const;
export const TEXT_MAX_LENGTH = 400;

/** What of a journal is shown, as the page's address has it. */
export interface JournalQuery {
  units: readonly string[];
  /** This level and the more urgent ones. */
  priority: number | null;
  text: string;
  /** The text is a regular expression. */
  regex: boolean;
  since: string | null;
  until: string | null;
  boot: string | null;
  /** The moment to begin at, instead of the newest lines. */
  at: string | null;
}

export const WHOLE_JOURNAL: JournalQuery = {
  units: [],
  priority: null,
  text: "",
  regex: false,
  since: null,
  until: null,
  boot: null,
  at: null,
};

const UNIT = /^[A-Za-z0-9:_.\\@-]{1,255}\.[a-z]+$/;
const MAX_UNITS = 50;

/** Reads `?units=a.service,b.socket&priority=4&text=x&regex=1&since=…`; what is not understood counts as not given. */
export function parseJournalQuery(params: URLSearchParams): JournalQuery {
  const boot = params.get("boot");
  return {
    units: (params.get("units") ?? "")
      .split(",")
      .filter((unit) => UNIT.test(unit) && !unit.startsWith("-"))
      .slice(0, MAX_UNITS),
    priority: priorityOf(params.get("priority")),
    text: (params.get("text") ?? "").slice(0, TEXT_MAX_LENGTH),
    regex: params.get("regex") === "1",
    since: parseTime(params.get("since")),
    until: parseTime(params.get("until")),
    boot: boot !== null && /^[0-9a-f]{32}$/.test(boot) ? boot : null,
    at: parseTime(params.get("at")),
  };
}

/** The number of a level by its name; null for any other word. */
export function priorityOf(name: string | null): number | null {
  const names: readonly (string | null)[] = PRIORITIES;
  const at = names.indexOf(name);
  return at === -1 ? null : at;
}

function parseTime(text: string | null): string | null {
  const at = new Date(text ?? "");
  const year = at.getUTCFullYear();
  // A year of five digits, as it may be typed, is written in another way, which nobody takes.
  return year >= 0 && year <= 9999 ? at.toISOString() : null;
}

/** The reverse; what is not narrowed is left out. */
export function formatJournalQuery(query: JournalQuery): URLSearchParams {
  const { units, priority, text, regex, since, until, boot, at } = query;
  const level = priority === null ? null : PRIORITIES[priority];
  const given = { units: units.join(","), priority: level, text, regex: regex && "1", since, until, boot, at };
  return new URLSearchParams(Object.entries(given).flatMap(([key, value]) => (value ? [[key, value]] : [])));
}

/** The same as journalctl is asked for it. */
export function toJournalFilter({ units, priority, text, regex, since, until, boot }: JournalQuery): JournalFilter {
  return {
    ...(units.length > 0 && { units }),
    ...(priority !== null && { priority }),
    ...(text !== "" && { grep: regex ? text : escapePattern(text) }),
    ...(since !== null && { since }),
    ...(until !== null && { until }),
    ...(boot !== null && { boot }),
  };
}

export function isNarrowed(query: JournalQuery): boolean {
  return formatJournalQuery({ ...query, at: null }).size > 0;
}

/** The address the lines are downloaded from. */
export function exportAddress(name: string, filter: JournalFilter, format: "text" | "json"): string {
  const { units = [], ...rest } = filter;
  const given = Object.entries({ format, ...rest }).map(([key, value]): [string, string] => [key, String(value)]);
  const params = new URLSearchParams([...units.map((unit): [string, string] => ["unit", unit]), ...given]);
  return `/api/files/journals/${encodeURIComponent(name)}?${params}`;
}

/** A moment as `<input type=datetime-local>` has it, in the reader's own time zone; "" for none. */
export function toLocalInput(iso: string | null): string {
  if (iso === null) return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

export function fromLocalInput(text: string): string | null {
  return parseTime(text);
}
