import { expect, test } from "vitest";

import { PasteBrackets } from "./paste-brackets";

const PASTE = "\x1b[200~pasted text\x1b[201~";

test.each([
  ["nothing was pasted", "typed", 0, false],
  ["all of a paste was taken", PASTE, 0, false],
  ["the end of a paste was not taken", PASTE, 1, true],
  ["only the beginning of a paste was taken", PASTE, PASTE.length - 6, true],
  ["nothing of a paste was taken", PASTE, PASTE.length, false],
  ["the second of two pastes was cut", PASTE + PASTE, 7, true],
  ["the second of two pastes was not begun", PASTE + PASTE, PASTE.length, false],
])("where %s it is known whether the program stands inside a paste", (_case, input, unwritten, inside) => {
  const whole = new PasteBrackets();
  whole.push(Buffer.from(input), 0);
  expect(whole.drop(unwritten)).toBe(inside);
  // Cut between any two bytes, and none of it taken before the next.
  const pieces = new PasteBrackets();
  for (const [index, byte] of Buffer.from(input).entries()) pieces.push(Buffer.of(byte), index);
  expect(pieces.drop(unwritten)).toBe(inside);
});

test("what comes after a drop counts from there", () => {
  const brackets = new PasteBrackets();
  brackets.push(Buffer.from(PASTE), 0);
  expect(brackets.drop(3)).toBe(true);
  brackets.push(Buffer.from("\x1b[201~\x03"), 0);
  expect(brackets.drop(0)).toBe(false);
});
