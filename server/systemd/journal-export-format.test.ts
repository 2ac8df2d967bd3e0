import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ExportReader, type RawFields, textOf } from "./journal-export-format";

type Field = readonly [name: string, value: Buffer];

/** As journald writes it: a value with a newline or a control character in it has its length before it. */
function encode(entries: readonly (readonly Field[])[]): Buffer {
  const parts = entries.flatMap((fields) => [...fields.map(encodeField), Buffer.from("\n")]);
  return Buffer.concat(parts);
}

function encodeField([name, value]: Field): Buffer {
  if (value.every((byte) => byte >= 32)) return Buffer.concat([Buffer.from(`${name}=`), value, Buffer.from("\n")]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(value.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, value, Buffer.from("\n")]);
}

function readInPieces(bytes: Buffer, sizes: readonly number[], keptBytes?: number): RawFields[] {
  const entries: RawFields[] = [];
  const reader = new ExportReader((fields) => entries.push(fields), keptBytes === undefined ? {} : { keptBytes });
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    reader.push(bytes.subarray(at, at + size));
    at += size;
  }
  return entries;
}

const name = fc.stringMatching(/^_{0,2}[A-Z][A-Z0-9_]{0,20}$/);
const value = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes));
const entries = fc.array(fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 6 }), { maxLength: 6 });
const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 });

describe("the export format", () => {
  it("is read the same however it is cut", () => {
    fc.assert(
      fc.property(entries, sizes, (written, pieces) => {
        const read = readInPieces(encode(written), pieces);
        expect(read).toEqual(written.map((fields) => fields.map(([key, bytes]) => [key, bytes.toString("latin1")])));
      }),
    );
  });

  it("keeps the beginning of long values, whichever way they are written, and reads on behind them", () => {
    const long = Buffer.alloc(1000, "x");
    const lines = Buffer.concat([Buffer.from("a\n"), long]);
    const written = [
      [
        ["A", long],
        ["B", lines],
        ["C", Buffer.from("c")],
      ],
      [["D", Buffer.from("d")]],
    ] as const;
    fc.assert(
      fc.property(sizes, (pieces) => {
        const [first = [], second] = readInPieces(encode(written), pieces, 100);
        expect(first.map(([key]) => key)).toEqual(["A", "B", "C"]);
        expect(first.map(([, bytes]) => bytes)).toEqual(["x".repeat(100), `a\n${"x".repeat(98)}`, "c"]);
        expect(second).toEqual([["D", "d"]]);
      }),
    );
  });

  it("is never stuck by what it is not", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), sizes, (bytes, pieces) => {
        readInPieces(Buffer.from(bytes), pieces, 10);
      }),
    );
  });

  it("tells no entry before its end", () => {
    expect(readInPieces(Buffer.from("A=1\nB=2"), [100])).toEqual([]);
    expect(readInPieces(Buffer.from("A=1\nB=2\n\n"), [100])).toEqual([
      [
        ["A", "1"],
        ["B", "2"],
      ],
    ]);
  });
});

it("a value is text where it is UTF-8, and readable where it is not", () => {
  expect(textOf(Buffer.from("grüß 字").toString("latin1"))).toBe("grüß 字");
  expect(textOf("\u00ff!")).toBe("\ufffd!");
});
