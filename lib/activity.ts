import { AUDITED_ACTIONS, type AuditedAction, type AuditList, type AuditRecord } from "./audit";

export const RESULTS = ["ok", "failed"] as const;
export type Result = (typeof RESULTS)[number];

type GroupOf<Action extends string> = Action extends `${infer Kind}.${string}` ? `${Kind}.` : never;
/** Actions of one kind are filtered for by what they begin with. */
export type ActionGroup = GroupOf<AuditedAction>;

/** Every kind of action, with the message that names it. */
export const ACTION_GROUPS = {
  "machines.": "allMachines",
  "terminals.": "allTerminals",
  "recordings.": "allRecordings",
  "units.": "allUnits",
  "cgroups.": "allCgroups",
  "settings.": "allSettings",
  "limits.": "allLimits",
  "images.": "allImages",
  "transfers.": "allTransfers",
  "builds.": "allBuilds",
  "users.": "allUsers",
  "sessions.": "allSessions",
  "auth.": "allAuth",
} as const satisfies Record<ActionGroup, string>;

export function isActionGroup(action: string): action is ActionGroup {
  return Object.hasOwn(ACTION_GROUPS, action);
}

/** What can be filtered for: each kind, and after it the actions of that kind. */
export const ACTION_CHOICES: readonly string[] = Object.keys(ACTION_GROUPS).flatMap((group) => [
  group,
  ...AUDITED_ACTIONS.filter((action) => action.startsWith(group)),
]);

/** What of the audit is shown: the query of its address. */
export interface ActivityQuery {
  actor: string;
  target: string;
  /** One of ACTION_CHOICES. */
  action: string | null;
  result: Result | null;
}

export const WHOLE_ACTIVITY: ActivityQuery = { actor: "", target: "", action: null, result: null };

/** As long as the api takes them. */
export const ACTOR_MAX_LENGTH = 254;
export const TARGET_MAX_LENGTH = 1000;

/** Reads `?actor=ada&target=arch&action=machines.&result=failed`; what is not understood counts as not given. */
export function parseActivityQuery(params: URLSearchParams): ActivityQuery {
  return {
    actor: (params.get("actor") ?? "").slice(0, ACTOR_MAX_LENGTH),
    target: (params.get("target") ?? "").slice(0, TARGET_MAX_LENGTH),
    action: ACTION_CHOICES.find((one) => one === params.get("action")) ?? null,
    result: RESULTS.find((one) => one === params.get("result")) ?? null,
  };
}

/** The reverse; what is not narrowed is left out. */
export function formatActivityQuery({ actor, target, action, result }: ActivityQuery): URLSearchParams {
  const given = { actor, target, action: action ?? "", result: result ?? "" };
  return new URLSearchParams(Object.entries(given).filter(([, value]) => value !== ""));
}

/** The same as `audit.list` takes it, without page and cursor. */
export function toAuditFilter({ actor, target, action, result }: ActivityQuery): Omit<AuditList, "limit" | "cursor"> {
  return {
    ...(actor.trim() !== "" && { actor: actor.trim() }),
    ...(target.trim() !== "" && { target: target.trim() }),
    ...(action !== null && { action }),
    ...(result !== null && { ok: result === "ok" }),
  };
}

/** Entries newest first, page by page. The first page grows with what comes in. */
export type AuditPages = readonly (readonly AuditRecord[])[];

/** The first page grows by this many times; then what is below it is forgotten, and read again when asked for. */
const MAX_GROWTH = 10;

/**
 * The pages with the newest entries, read anew, before them. Where more came in than one page holds there is a hole between:
 * then only the newest page is left.
 */
export function mergeNewest(pages: AuditPages, newest: readonly AuditRecord[], pageSize: number): AuditPages {
  const known = pages[0]?.[0]?.id;
  if (known === undefined) return [newest];
  const fresh = newest.filter(({ id }) => id > known);
  if (fresh.length === 0) return pages;
  if (fresh.length === pageSize) return [newest];
  const first = [...fresh, ...(pages[0] ?? [])];
  const limit = MAX_GROWTH * pageSize;
  return first.length > limit ? [first.slice(0, limit)] : [first, ...pages.slice(1)];
}

export interface AuditDay {
  /** Its first moment, in the reader's time zone. */
  start: Date;
  entries: AuditRecord[];
}

/** The entries by the reader's days, as they come. */
export function groupByDay(entries: readonly AuditRecord[]): AuditDay[] {
  const days: AuditDay[] = [];
  for (const entry of entries) {
    const start = new Date(entry.at);
    start.setHours(0, 0, 0, 0);
    const last = days.at(-1);
    if (last?.start.getTime() === start.getTime()) last.entries.push(entry);
    else days.push({ start, entries: [entry] });
  }
  return days;
}
