import { expect, test } from "vitest";

import { failures, tellFailure } from "./failures";

test("what fails before anybody shows it waits, in order, and is shown once", () => {
  let told = 0;
  const stop = failures.subscribe(() => {
    told += 1;
  });
  tellFailure({ title: "first" });
  tellFailure({ title: "second" });
  expect(failures.read()).toBe(failures.read());
  expect(failures.take().map(({ title }) => title)).toEqual(["first", "second"]);
  expect(failures.take()).toEqual([]);
  expect(told).toBe(3);
  stop();
  tellFailure({ title: "third" });
  expect(told).toBe(3);
  expect(failures.take()).toHaveLength(1);
});
