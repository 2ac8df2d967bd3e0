import { expect, test } from "vitest";

import { meHeaderOf, readMeHeader } from "./me";

const ME = { id: "1", email: "a@example.com", name: "阿达 O’Neil\r\n", role: "admin" } as const;

test("who is signed in goes through a header unharmed, whatever the name", () => {
  const header = meHeaderOf(JSON.stringify({ result: { data: ME } }));
  expect(header).toMatch(/^[\x21-\x7e]+$/);
  expect(readMeHeader(header)).toEqual(ME);
});

test.each([
  "",
  "{",
  "null",
  JSON.stringify({ error: {} }),
  JSON.stringify({ result: { data: { ...ME, role: "god" } } }),
])("the answer %j names nobody", (answer) => expect(meHeaderOf(answer)).toBeNull());

test("without a header it is not known", () => expect(readMeHeader(null)).toBeUndefined());
