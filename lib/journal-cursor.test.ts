import { expect, test } from "vitest";

import { journalQuerySchema } from "./journal";
import { isSameEntry, readSearchMark, searchMark } from "./journal-cursor";

const rest = "b=e50461995eef4843961ab2fe834d17e9;m=3a86a01d3;t=66134fc6e7134;x=6e4ac66c375f4710";

test("an entry is the same after journald has moved it from memory to disk", () => {
  const [inMemory, onDisk] = [
    `s=a9946a95c47f4e78bfa71c5d474a04c2;i=1;${rest}`,
    `s=4b8b0006aaeb47ef8e352e806b2d0697;i=9f;${rest}`,
  ];
  expect(isSameEntry(inMemory, onDisk)).toBe(true);
  expect(isSameEntry(inMemory, onDisk.replace("x=6e", "x=6f"))).toBe(false);
  expect(isSameEntry("1", "1")).toBe(true);
  expect(isSameEntry("1", "2")).toBe(false);
  expect(isSameEntry("1", undefined)).toBe(false);
  expect(isSameEntry(undefined, undefined)).toBe(true);
});

test("a moment is a cursor like any other, and read back of it", () => {
  const at = "2026-11-24T07:54:53.055Z";
  const cursor = searchMark(at);
  expect(journalQuerySchema.parse({ name: "arch", cursor }).cursor).toBe(cursor);
  expect(readSearchMark(cursor)).toBe(at);
  expect(readSearchMark(`s=a9946a95c47f4e78bfa71c5d474a04c2;i=1;${rest}`)).toBeNull();
  expect(readSearchMark(undefined)).toBeNull();
});

test("a cursor is of a moment that a clock can show", () => {
  const [id, last] = ["0".repeat(32), (8.64e18).toString(16)];
  const parse = (micros: string) =>
    journalQuerySchema.safeParse({ name: "arch", cursor: `s=${id};i=0;b=${id};m=0;t=${micros};x=0` });
  for (const beyond of ["f".repeat(16), (8.64e18 + 2048).toString(16)]) expect(parse(beyond).success).toBe(false);
  expect(readSearchMark(parse(last).data?.cursor)).toBe("+275760-09-13T00:00:00.000Z");
});
