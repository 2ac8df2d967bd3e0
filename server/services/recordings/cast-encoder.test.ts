import fc from "fast-check";
import { expect, test } from "vitest";

import { parseCastEvent } from "@/lib/recording";
import { CastEncoder, MAX_EVENT_BYTES } from "./cast-encoder";

const textOf = (lines: string): string =>
  lines
    .trimEnd()
    .split("\n")
    .map((line) => parseCastEvent(line))
    .map((event) => (event?.type === "output" ? event.text : ""))
    .join("");

test("whatever text, however its bytes are cut, comes back as it was", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.array(fc.nat(200)), (text, cuts) => {
      const data = Buffer.from(text);
      const encoder = new CastEncoder();
      let from = 0;
      let lines = "";
      for (const to of [...cuts.map((cut) => Math.min(cut, data.length)).sort((a, b) => a - b), data.length]) {
        lines += encoder.output(data.subarray(from, to));
        from = to;
      }
      expect(textOf(lines)).toBe(data.toString("utf8"));
    }),
  );
});

test("a character in parts is written once it is whole", () => {
  const encoder = new CastEncoder();
  const parts = [...Buffer.from("👩")].map((byte) => encoder.output(Buffer.of(byte)));
  expect(parts.slice(0, 3)).toEqual(["", "", ""]);
  expect(textOf(parts[3] ?? "")).toBe("👩");
});

test("much at once is several lines, each short enough for a reader of a file's end", () => {
  const lines = new CastEncoder().output(Buffer.alloc(100_000, "\u0001")).trimEnd().split("\n");
  expect(lines.length).toBe(Math.ceil(100_000 / MAX_EVENT_BYTES));
  for (const line of lines) expect(line.length).toBeLessThan(30_000);
});

test("times are seconds from the beginning and never go back", () => {
  const clock = [1000, 1500, 1400, 3000.1234];
  const encoder = new CastEncoder(() => clock.shift() ?? 0);
  const lines = [
    encoder.output(Buffer.from("a")),
    encoder.resize({ cols: 100, rows: 30 }),
    encoder.output(Buffer.from("b")),
  ];
  expect(lines).toEqual(['[0.5,"o","a"]\n', '[0.5,"r","100x30"]\n', '[2.000123,"o","b"]\n']);
});
