import { expect, test } from "vitest";

import { parseBoots } from "./journal-facts";

const bootId = "91945b29a03e41f6a8e026702607fb22";
const boot = { bootId, firstAt: "2026-11-26T17:52:54.000Z", lastAt: "2026-11-26T17:52:59.000Z" };

test("boots are read of systemd's table, of its older lines, and of its JSON", () => {
  const [first, last] = ["Thu 2026-11-26 17:52:54 UTC", "Thu 2026-11-26 17:52:59 UTC"];
  expect(parseBoots(`-1 ${bootId} ${first} ${last}\n 0 ${bootId} ${first} ${last}\n`)).toEqual([boot, boot]);
  expect(parseBoots(` 0 ${bootId} ${first}—${last}\n`)).toEqual([boot]);
  const json = { index: 0, boot_id: bootId, first_entry: 1795715574000000, last_entry: 1795715579000000 };
  expect(parseBoots(JSON.stringify([json]))).toEqual([boot]);
  expect(parseBoots("")).toEqual([]);
});
