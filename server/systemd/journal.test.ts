import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";

import { journalEntrySchema } from "@/lib/journal";
import { type JournalLine, toJournalLine } from "./journal";
import { ExportReader } from "./journal-export-format";

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

  it("tells that there is more also where only escape sequences were left out of what could be kept", () => {
    const lines: (JournalLine | null)[] = [];
    const reader = new ExportReader((fields) => lines.push(toJournalLine(fields)));
    const colours = "\u001b[0m".repeat(20_000);
    const [cursor, time] = base.map((field) => field.join("="));
    reader.push(Buffer.from(`${cursor}\n${time}\nMESSAGE=some${colours}more\n\n`));
    expect(lines[0]?.entry).toMatchObject({ message: "some", truncated: true });
  });

  it("has no priority and no process where the field is empty", () => {
    expect(read({ PRIORITY: "", _PID: "" })?.entry).toMatchObject({ priority: 6, pid: null });
  });

  it("keeps nothing in memory of what it was cut from", () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage: () => void = runInNewContext("gc");
    const heapBytes = () => {
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const cursor = `s=${"a".repeat(32)};i=1;b=${"b".repeat(32)};m=1;t=1;x=1`;
    const entry = Buffer.from(`__CURSOR=${cursor}\n${base[1].join("=")}\nMESSAGE=${"x".repeat(1_000_000)}\n\n`);
    const lines: (JournalLine | null)[] = [];
    const reader = new ExportReader((fields) => lines.push(toJournalLine(fields)));
    const beforeBytes = heapBytes();
    for (let count = 0; count < 100; count += 1) {
      for (let at = 0; at < entry.length; at += 64 * 1024) reader.push(entry.subarray(at, at + 64 * 1024));
    }
    expect(lines).toHaveLength(100);
    expect(heapBytes() - beforeBytes).toBeLessThan(4 * 1024 * 1024);
  });
});
