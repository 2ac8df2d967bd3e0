import { describe, expect, it } from "vitest";

import { journalEntrySchema } from "@/lib/journal";
import { toJournalLine } from "./journal";

const bytes = (text: string) => Buffer.from(text).toString("latin1");
const base = [
  ["__CURSOR", "s=1;i=2"],
  ["__REALTIME_TIMESTAMP", "1795506893055120"],
] as const;
const read = (fields: Record<string, string>) =>
  toJournalLine([...base, ...Object.entries(fields).map(([name, value]) => [name, bytes(value)] as const)]);

describe("an entry of the journal", () => {
  it("has plain names", () => {
    const line = read({
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

  it("may hold any UTF-8, and colours", () => {
    expect(read({ MESSAGE: "\u001b[0;32m  OK  \u001b[0m gr\u00fc\u00df dich\r" })?.entry.message).toBe(
      "  OK   grüß dich",
    );
  });

  it("has the first of several values", () => {
    const messages = ["first", "second"].map((text) => ["MESSAGE", text] as const);
    expect(toJournalLine([...base, ...messages])?.entry.message).toBe("first");
  });

  it("is there also where it says nothing, or only control characters", () => {
    expect(read({})?.entry.message).toBe("");
    expect(read({ MESSAGE: "" })?.entry.message).toBe("");
    expect(read({ MESSAGE: "\r" })?.entry.message).toBe("");
  });

  it("has a cursor and a time, or is none", () => {
    expect(toJournalLine([])).toBeNull();
    expect(toJournalLine([["MESSAGE", "text"]])).toBeNull();
    expect(read({ __REALTIME_TIMESTAMP: "soon" })).not.toBeNull();
    expect(toJournalLine([["__REALTIME_TIMESTAMP", "soon"], base[0]])).toBeNull();
    expect(toJournalLine([["__REALTIME_TIMESTAMP", "-1"], base[0]])).toBeNull();
  });

  it("tells of a long message the beginning, and that there is more", () => {
    const long = read({ MESSAGE: "x".repeat(20_000) })?.entry;
    expect(long?.message).toHaveLength(16 * 1024);
    expect(long?.truncated).toBe(true);
    expect(read({ MESSAGE: "short" })?.entry).not.toHaveProperty("truncated");
  });
});
