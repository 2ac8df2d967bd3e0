import type { JournalProblem } from "./journal";

/** Those of several answers, each once. */
export function mergeProblems(
  before: readonly JournalProblem[],
  further: readonly JournalProblem[],
): readonly JournalProblem[] {
  const keyOf = ({ file, problem, text }: JournalProblem) =>
    `${problem} ${file ?? (problem === "damaged" ? "" : text)}`;
  const known = new Set(before.map(keyOf));
  const added = further.filter((one) => !known.has(keyOf(one)));
  return added.length === 0 ? before : [...before, ...added];
}
