import fc from "fast-check";
import { expect, test } from "vitest";

import { safeNext } from "./safe-next";

test.each([
  ["/machines/arch?x=1#terminal", "/machines/arch?x=1#terminal"],
  ["/", "/"],
  [null, "/machines"],
  ["", "/machines"],
  ["machines", "/machines"],
  ["https://evil.example/", "/machines"],
  ["javascript:alert(1)", "/machines"],
  ["//evil.example", "/machines"],
  ["/\\evil.example", "/machines"],
  ["/\t/evil.example", "/machines"],
  ["/a/..//evil.example", "/machines"],
  ["/sign-in?next=/machines", "/machines"],
  ["/api/auth/sign-out", "/machines"],
])("%j leads to %s", (next, path) => {
  expect(safeNext(next)).toBe(path);
});

test("no text leads to another origin", () => {
  const hostile = fc.string({
    unit: fc.constantFrom("/", "\\", ".", ":", "@", "\t", "\n", "a", "?", "#", "%2f"),
    maxLength: 12,
  });
  fc.assert(
    fc.property(hostile, (text) => {
      expect(new URL(safeNext(`/${text}`), "https://here.example").origin).toBe("https://here.example");
    }),
  );
});
