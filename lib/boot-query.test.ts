import { expect, test } from "vitest";

import { type BootQuery, formatBootQuery, parseBootQuery } from "./boot-query";

test.each<BootQuery>([
  { view: "timeline", unit: null },
  { view: "history", unit: null },
  { view: "chain", unit: "ssh.service" },
])("%j survives the address", (query) => {
  expect(parseBootQuery(formatBootQuery(query))).toEqual(query);
});

test("what nobody could have chosen counts as not given", () => {
  expect(parseBootQuery(new URLSearchParams("view=x&unit=../x"))).toEqual({ view: "timeline", unit: null });
});
