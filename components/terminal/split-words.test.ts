import { expect, test } from "vitest";

import { splitWords } from "./split-words";

test.each([
  ["", []],
  ["  ls   -l ", ["ls", "-l"]],
  [`sh -c 'echo "$HOME"; date'`, ["sh", "-c", 'echo "$HOME"; date']],
  [String.raw`a\ b "c \" d" ''`, ["a b", 'c " d', ""]],
  ["open 'quote", null],
  ["trailing \\", null],
])("%s", (text, words) => {
  expect(splitWords(text)).toEqual(words);
});
