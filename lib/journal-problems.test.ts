import { expect, test } from "vitest";

import type { JournalProblem } from "./journal";
import { mergeProblems } from "./journal-problems";

const corrupted: JournalProblem = { file: "a.journal", problem: "corrupted", text: "a.journal corrupted" };
const failed: JournalProblem = { file: null, problem: "unreadable", text: "Failed to iterate" };
const damaged = (n: number): JournalProblem => ({ file: null, problem: "damaged", text: `Entry item ${n} is bad` });

test("problems of several answers are each told once", () => {
  const first = mergeProblems([], [corrupted, damaged(1)]);
  expect(first).toEqual([corrupted, damaged(1)]);
  expect(mergeProblems(first, [corrupted, damaged(2)])).toBe(first);
  expect(mergeProblems(first, [failed, { ...failed, text: "Failed otherwise" }])).toHaveLength(4);
});
