import { describe, expect, it } from "vitest";

import { pageArguments } from "./journal-reader";

const place = "--machine=arch";
const since = "2026-11-24T07:00:00.500Z";
const until = "2026-11-24T09:00:00+01:00";

describe("the command line of a page", () => {
  it("asks backward for the newest lines", () => {
    expect(pageArguments({ place, filter: { since, until }, direction: "backward", limit: 100 })).toEqual([
      place,
      "--reverse",
      "--lines=102",
      "--since=2026-11-24 07:00:00.500 UTC",
      "--until=2026-11-24 08:00:00.000 UTC",
    ]);
  });

  it("never asks for a cursor and a beginning at once: journalctl refuses both", () => {
    const cursor = "s=0;i=1";
    const filter = { since, until };
    expect(pageArguments({ place, filter, direction: "backward", cursor, limit: 1 })).toEqual([
      place,
      "--cursor=s=0;i=1",
      "--reverse",
      "--lines=3",
    ]);
    expect(pageArguments({ place, filter, direction: "forward", cursor, limit: 1 })).toEqual([
      place,
      "--cursor=s=0;i=1",
      "--until=2026-11-24 08:00:00.000 UTC",
    ]);
  });

  it("asks for what is before an entry in a range of time, where it cannot say how many come first", () => {
    const query = { place, filter: { since, until }, direction: "backward", before: "s=0;i=1", limit: 1 } as const;
    expect(pageArguments(query)).toEqual([
      place,
      "--reverse",
      "--since=2026-11-24 07:00:00.500 UTC",
      "--until=2026-11-24 08:00:00.000 UTC",
    ]);
  });

  it("begins a pattern inside its option, so that it is none itself", () => {
    const filter = { grep: "--vacuum-size=1", units: ["a.service", "b.socket"], priority: 3, boot: "ab" };
    expect(pageArguments({ place, filter, direction: "forward", limit: 1 })).toEqual([
      place,
      "--unit=a.service",
      "--unit=b.socket",
      "--priority=3",
      "--grep=--vacuum-size=1",
      "_BOOT_ID=ab",
    ]);
  });
});
