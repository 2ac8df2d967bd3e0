import fc from "fast-check";
import { expect, test } from "vitest";

import { UnfinishedSequence } from "./unfinished-sequence";

function tailOf(...chunks: (string | Buffer)[]): string {
  const sequence = new UnfinishedSequence();
  for (const chunk of chunks) sequence.push(Buffer.from(chunk));
  return sequence.tail().toString("latin1");
}

test.each<[string, (string | Buffer)[], string]>([
  ["text", ["hello"], ""],
  ["a whole sequence", ["\x1b[31mred\x1b[0m"], ""],
  ["a lone escape", ["abc\x1b"], "\x1b"],
  ["half a control sequence", ["abc\x1b[3", "8;5"], "\x1b[38;5"],
  ["its end", ["abc\x1b[3", "1m"], ""],
  ["a string", ["\x1b]0;tit", "le"], "\x1b]0;title"],
  ["a string that BEL ends", ["\x1b]0;tit", "le\x07x"], ""],
  ["a string whose end is cut in two", ["\x1b]0;title\x1b", "\\x"], ""],
  ["a designation", ["\x1b("], "\x1b("],
  ["CAN ends everything", ["\x1b[3\x18x"], ""],
  ["an escape begins anew", ["\x1b[3\x1b[4"], "\x1b[4"],
  ["half a character", [Buffer.from("é").subarray(0, 1)], "\xc3"],
  ["a character in four parts", [...Buffer.from("👩")].map((byte) => Buffer.of(byte)), ""],
  ["no continuation", [Buffer.of(0xe2), "ab"], ""],
])("%s", (_name, chunks, tail) => {
  expect(tailOf(...chunks)).toBe(tail);
});

test("however bytes are cut, the end is the same", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.array(fc.nat(60), { maxLength: 6 }), (bytes, cuts) => {
      const data = Buffer.from(bytes);
      const edges = [0, ...cuts.map((cut) => Math.min(cut, data.length)).sort((a, b) => a - b), data.length];
      const parts = edges.slice(1).map((edge, index) => data.subarray(edges[index] ?? 0, edge));
      expect(tailOf(...parts)).toBe(tailOf(data));
    }),
  );
});

test("of an endless string only the beginning is kept", () => {
  const tail = tailOf("\x1bPq", ...Array.from({ length: 100 }, () => "x".repeat(1000)));
  expect(tail.startsWith("\x1bPq")).toBe(true);
  expect(tail.length).toBe(64);
});
