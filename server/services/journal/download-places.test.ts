import { expect, test } from "vitest";

import { DownloadPlaces } from "./download-places";

const refusal = (reason: string) => expect.objectContaining({ code: "UNAVAILABLE", reason, hint: expect.any(String) });

test("one person cannot take all places", () => {
  const places = new DownloadPlaces({ most: 3, mostEach: 2 });
  const release = places.take("ada");
  places.take("ada");
  expect(() => places.take("ada")).toThrow(refusal("own-downloads"));
  places.take("bo");
  expect(() => places.take("bo")).toThrow(refusal("all-downloads"));
  expect(() => places.take("ada")).toThrow(refusal("own-downloads"));
  release();
  places.requireFree("bo");
  places.requireFree("ada");
});

test("a place is given back once, however often that is said", () => {
  const places = new DownloadPlaces({ most: 1, mostEach: 1 });
  const release = places.take("ada");
  release();
  const other = places.take("bo");
  release();
  expect(() => places.take("ada")).toThrow(refusal("all-downloads"));
  other();
  places.requireFree("ada");
});
