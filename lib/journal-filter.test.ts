import fc from "fast-check";
import { expect, test } from "vitest";

import { bootOf, escapePattern } from "./journal-filter";

test("an escaped text is a pattern that finds just it", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, other) => {
      const pattern = new RegExp(`^(?:${escapePattern(text)})$`, "s");
      expect(pattern.test(text)).toBe(true);
      expect(pattern.test(other)).toBe(other === text);
    }),
  );
});

test("the boot is read of a cursor", () => {
  expect(bootOf("s=1;i=2;b=91945b29a03e41f6a8e026702607fb22;m=1;t=2;x=3")).toBe("91945b29a03e41f6a8e026702607fb22");
  expect(bootOf("nothing")).toBeNull();
});
