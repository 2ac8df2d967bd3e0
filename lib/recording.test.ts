import { describe, expect, test } from "vitest";

import { type CastEvent, castEndLabel, eventAfter, parseCast, parseCastEnd, timelineOf } from "./recording";
import { aCastHeader } from "./test-cast";

const HEADER = JSON.stringify(aCastHeader({ width: 80, height: 24, timestamp: 1_700_000_000 }));

describe("reading a recording", () => {
  test("gives its header and events in order; what is no event of ours is passed over", () => {
    const text = `${HEADER}\n[0.5,"o","hi\\r\\n"]\n[1,"r","100x30"]\n[2,"i","secret"]\n[2.5,"m","marker"]\n[3,"r","0x0"]\nnonsense\n[4,"o","é"]\n`;
    const cast = parseCast(text);
    expect(cast?.header).toMatchObject({ width: 80, height: 24, title: "root@arch" });
    expect(cast?.events).toEqual([
      { at: 0.5, type: "output", text: "hi\r\n" },
      { at: 1, type: "resize", cols: 100, rows: 30 },
      { at: 4, type: "output", text: "é" },
    ]);
  });

  test.each([1, 8, 13])("leaves out a last line that was cut off by %i bytes", (bytes) => {
    const text = `${HEADER}\n[0.5,"o","one"]\n[1,"o","two"]\n`;
    expect(parseCast(text.slice(0, -bytes))?.events).toEqual([{ at: 0.5, type: "output", text: "one" }]);
  });

  test.each(["", "nonsense\n", "{}\n", HEADER, `${HEADER.replace('"version":2', '"version":1')}\n`])(
    "is null for %j",
    (text) => {
      expect(parseCast(text)).toBeNull();
    },
  );
});

test("the line that tells the end is known from every other", () => {
  const line = (code: string, label: string) => JSON.stringify([4, code, label]);
  expect(parseCastEnd(line("m", castEndLabel("limit")))).toEqual({ at: 4, why: "limit" });
  for (const other of [line("o", castEndLabel("limit")), line("m", "chapter"), line("m", "recording ended: x"), HEADER])
    expect(parseCastEnd(other)).toBeNull();
});

describe("a timeline", () => {
  const events: CastEvent[] = [0, 1, 11, 11.5, 20].map((at) => ({ at, type: "output", text: "x" }));

  test("is as it was, or with pauses shortened", () => {
    expect(timelineOf(events)).toEqual([0, 1, 11, 11.5, 20]);
    expect(timelineOf(events, 2)).toEqual([0, 1, 3, 3.5, 5.5]);
  });

  test("never goes back, whatever the file says", () => {
    const odd: CastEvent[] = [5, 3, 6].map((at) => ({ at, type: "output", text: "x" }));
    expect(timelineOf(odd)).toEqual([5, 5, 6]);
  });

  test.each([
    [-1, 0],
    [0, 1],
    [0.9, 1],
    [11.5, 4],
    [99, 5],
  ])("at %d s, %i events have been", (at, count) => {
    expect(eventAfter(timelineOf(events), at)).toBe(count);
  });
});
