import { expect, test } from "vitest";

import { addTerminals, missingPseudoTerminals } from "./securetty";

const ARCH = "# File which lists terminals from which root can log in.\nconsole\ntty1\n";

test("an old list lacks every pseudo terminal; comments and other terminals count for nothing", () => {
  expect(missingPseudoTerminals(`${ARCH}# pts/0\npts/00\n`)).toEqual(
    Array.from({ length: 10 }, (_, index) => `pts/${index}`),
  );
});

test.each([ARCH, ARCH.trimEnd(), "", "console\npts/0\npts/3\n"])(
  "what is added is lacking no more, and the rest stays: %j",
  (text) => {
    const missing = missingPseudoTerminals(text);
    const after = addTerminals(text, missing);
    expect(missingPseudoTerminals(after)).toEqual([]);
    expect(after.startsWith(text)).toBe(true);
    expect(after.endsWith("\n")).toBe(true);
    expect(addTerminals(after, missingPseudoTerminals(after))).toBe(after);
  },
);
