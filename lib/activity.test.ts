import { describe, expect, test } from "vitest";

import {
  ACTION_CHOICES,
  formatActivityQuery,
  groupByDay,
  isActionGroup,
  mergeNewest,
  parseActivityQuery,
  toAuditFilter,
  WHOLE_ACTIVITY,
} from "./activity";
import { AUDITED_ACTIONS, type AuditRecord, auditListSchema } from "./audit";

function entry(id: number, at = "2026-01-01T12:00:00.000Z"): AuditRecord {
  const rest = { target: null, command: null, ok: true, error: null, durationMs: 0, ip: null };
  return { id, at, actor: "ada@example.com", action: "machines.start", ...rest };
}

const idsOf = (pages: readonly (readonly AuditRecord[])[]) => pages.map((page) => page.map(({ id }) => id));

describe("the query of the address", () => {
  test("is read as it was written", () => {
    const query = { actor: "ada@", target: "a b&c", action: "machines.", result: "failed" } as const;
    expect(parseActivityQuery(formatActivityQuery(query))).toEqual(query);
    expect(formatActivityQuery(WHOLE_ACTIVITY).toString()).toBe("");
  });

  test("counts as not given where it is not understood", () => {
    expect(parseActivityQuery(new URLSearchParams("action=rm&result=maybe&other=1"))).toEqual(WHOLE_ACTIVITY);
  });

  test("is one that the api takes, whatever the address says", () => {
    const params = new URLSearchParams({ actor: "x".repeat(5000), target: "y".repeat(5000), action: "auth." });
    expect(auditListSchema.safeParse({ ...toAuditFilter(parseActivityQuery(params)), limit: 50 }).success).toBe(true);
    expect(toAuditFilter(WHOLE_ACTIVITY)).toEqual({});
    expect(toAuditFilter({ ...WHOLE_ACTIVITY, actor: "  ", result: "failed" })).toEqual({ ok: false });
  });
});

test("every action can be filtered for, once", () => {
  expect(ACTION_CHOICES.filter((choice) => !isActionGroup(choice)).sort()).toEqual([...AUDITED_ACTIONS].sort());
});

describe("the newest entries", () => {
  test("go before what is known, once", () => {
    const pages = mergeNewest([[entry(4), entry(3)], [entry(2)]], [entry(5), entry(4), entry(3)], 3);
    expect(idsOf(pages)).toEqual([[5, 4, 3], [2]]);
    expect(mergeNewest(pages, [entry(5), entry(4)], 3)).toBe(pages);
  });

  test("stand alone where entries between are not known", () => {
    expect(idsOf(mergeNewest([[entry(2), entry(1)]], [entry(9), entry(8)], 2))).toEqual([[9, 8]]);
    expect(idsOf(mergeNewest([[]], [entry(1)], 2))).toEqual([[1]]);
  });

  test("don't grow without end", () => {
    let pages: readonly (readonly AuditRecord[])[] = [[entry(2), entry(1)], [entry(0)]];
    for (let id = 3; id < 100; id += 1) pages = mergeNewest(pages, [entry(id), entry(id - 1)], 2);
    expect(pages).toHaveLength(1);
    expect(pages[0]).toHaveLength(20);
    expect(pages[0]?.[0]?.id).toBe(99);
  });
});

test("entries of one day stand together", () => {
  const local = (day: number, hour: number) => new Date(2026, 0, day, hour).toISOString();
  const days = groupByDay([entry(3, local(2, 0)), entry(2, local(1, 23)), entry(1, local(1, 0))]);
  expect(days.map(({ start, entries }) => [start.getDate(), entries.length])).toEqual([
    [2, 1],
    [1, 2],
  ]);
});
