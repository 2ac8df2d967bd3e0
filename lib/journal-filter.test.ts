import fc from "fast-check";
import { expect, test } from "vitest";

import { bootOf, escapePattern, filterArguments } from "./journal-filter";

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

test("a time that systemd does not know is the nearest that it does", () => {
  expect(filterArguments({ since: "0002-01-01T00:00:00.000Z", until: "9999-12-31T23:59:59.999Z" })).toEqual([
    "--since=1970-01-01 00:00:00.000 UTC",
    "--until=9999-12-30 23:59:59.000 UTC",
  ]);
  expect(filterArguments({ since: "2026-11-24T08:54:53.055+01:00" })).toEqual(["--since=2026-11-24 07:54:53.055 UTC"]);
});
