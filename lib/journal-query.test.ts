import { describe, expect, it } from "vitest";

import {
  exportAddress,
  formatJournalQuery,
  fromLocalInput,
  isNarrowed,
  parseJournalQuery,
  toJournalFilter,
  toLocalInput,
  WHOLE_JOURNAL,
} from "./journal-query";

const at = "2026-11-24T07:54:53.000Z";
const full = {
  units: ["a.service", "dev-sda\\x2d1.device"],
  priority: 4,
  text: "a,b c",
  regex: true,
  since: at,
  until: at,
  boot: "91945b29a03e41f6a8e026702607fb22",
  at,
};

describe("what of a journal is shown", () => {
  it("is kept by the address", () => {
    expect(parseJournalQuery(new URLSearchParams(formatJournalQuery(full).toString()))).toEqual(full);
    expect(formatJournalQuery(WHOLE_JOURNAL).toString()).toBe("");
    expect(parseJournalQuery(new URLSearchParams())).toEqual(WHOLE_JOURNAL);
  });

  it("takes nothing that is not understood", () => {
    const wrong = "units=-x.service,a,..,../b.service&priority=9&regex=yes&since=yesterday&boot=1&at=";
    expect(parseJournalQuery(new URLSearchParams(wrong))).toEqual(WHOLE_JOURNAL);
  });

  it("is narrowed by all but the moment", () => {
    expect(isNarrowed(WHOLE_JOURNAL)).toBe(false);
    expect(isNarrowed({ ...WHOLE_JOURNAL, at })).toBe(false);
    expect(isNarrowed({ ...WHOLE_JOURNAL, text: "x" })).toBe(true);
  });

  it("searches for a text as it is, unless it is a regular expression", () => {
    expect(toJournalFilter({ ...WHOLE_JOURNAL, text: "a.b" })).toEqual({ grep: "a\\.b" });
    expect(toJournalFilter({ ...WHOLE_JOURNAL, text: "a.b", regex: true })).toEqual({ grep: "a.b" });
    expect(toJournalFilter(WHOLE_JOURNAL)).toEqual({});
  });

  it("is downloaded from an address with the same filter", () => {
    const address = exportAddress("arch", toJournalFilter(full), "json");
    const params = new URL(address, "http://x").searchParams;
    expect(address).toMatch(/^\/api\/files\/journals\/arch\?/);
    expect(params.getAll("unit")).toEqual(full.units);
    expect(Object.fromEntries(params)).toMatchObject({ format: "json", priority: "4", grep: "a,b c", since: at });
  });

  it("has moments as the reader's clock shows them", () => {
    expect(fromLocalInput(toLocalInput(at))).toBe(at);
    expect(toLocalInput(null)).toBe("");
    expect(fromLocalInput("")).toBeNull();
    for (const year of ["20261", "+020261", "-000001"]) expect(fromLocalInput(`${year}-11-24T07:54`)).toBeNull();
    const typed = fromLocalInput("0002-11-24T07:54:53");
    expect(toLocalInput(typed)).toBe("0002-11-24T07:54:53");
  });
});
