import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { journalEntrySchema } from "@/lib/journal";
import { parseJournalLine, readJournalLine } from "./journal";

const base = { __CURSOR: "s=1;i=2", __REALTIME_TIMESTAMP: "1795506893055120" };
const parse = (fields: object) => parseJournalLine(JSON.stringify({ ...base, ...fields }));

describe("a line of journalctl -o json", () => {
  it("is an entry with plain names", () => {
    const line = parse({
      PRIORITY: "3",
      UNIT: "systemd-nspawn@a.service",
      _SYSTEMD_UNIT: "init.scope",
      SYSLOG_IDENTIFIER: "systemd",
      _PID: "1",
      MESSAGE: "Failed to start.",
      INVOCATION_ID: "0fda",
    });
    expect(line).toEqual({
      entry: {
        cursor: "s=1;i=2",
        at: "2026-11-24T07:54:53.055Z",
        priority: 3,
        unit: "systemd-nspawn@a.service",
        identifier: "systemd",
        pid: 1,
        message: "Failed to start.",
      },
      invocation: "0fda",
    });
    expect(journalEntrySchema.parse(line?.entry)).toEqual(line?.entry);
  });

  it("may hold bytes, lists and colours", () => {
    expect(
      parse({ MESSAGE: [...Buffer.from("\u001b[0;32m  OK  \u001b[0m gr\u00fc\u00df dich\r")] })?.entry.message,
    ).toBe("  OK   grüß dich");
    expect(parse({ MESSAGE: ["first", "second"] })?.entry.message).toBe("first");
  });

  it("says nothing where only control characters are left, or nothing was kept", () => {
    expect(parse({ MESSAGE: [13] })).toBeNull();
    expect(parse({ MESSAGE: null })).toBeNull();
    expect(parse({})).toBeNull();
  });

  it("may be cut off or be anything else", () => {
    expect(parseJournalLine('{"__CURSOR":"s=1')).toBeNull();
    fc.assert(fc.property(fc.string(), (text) => void parseJournalLine(text)));
    fc.assert(fc.property(fc.json(), (text) => void parseJournalLine(text)));
  });
});

describe("an entry of a list", () => {
  const read = (fields: object) => readJournalLine(JSON.stringify({ ...base, ...fields }))?.entry;

  it("is there also where it says nothing", () => {
    expect(read({})?.message).toBe("");
    expect(read({ MESSAGE: "" })?.message).toBe("");
  });

  it("tells of a long message the beginning, and that there is more", () => {
    const long = read({ MESSAGE: "x".repeat(20_000) });
    expect(long?.message).toHaveLength(16 * 1024);
    expect(long?.truncated).toBe(true);
    expect(read({ MESSAGE: "short" })).not.toHaveProperty("truncated");
  });
});
