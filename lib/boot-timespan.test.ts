import { expect, test } from "vitest";

import { formatTimespan } from "./boot-timespan";

test.each([
  [0, "0"],
  [1, "1us"],
  [500, "500us"],
  [999, "999us"],
  [1000, "1ms"],
  [1999, "1ms"],
  [326_123, "326ms"],
  [1_000_000, "1s"],
  [1_000_001, "1.000s"],
  [1_284_567, "1.284s"],
  [59_999_999, "59.999s"],
  [60_000_000, "1min"],
  [83_000_000, "1min 23s"],
  [83_400_500, "1min 23.400s"],
  [3_600_000_000, "1h"],
  [3_661_000_999, "1h 1min 1.000s"],
  [90_061_000_000, "1d 1h 1min 1s"],
  [31_557_600_000_000 + 2_629_800_000_000 + 604_800_000_000, "1y 1month 1w"],
])("%i µs is %s", (usec, text) => expect(formatTimespan(usec)).toBe(text));

test("to the microsecond", () => expect(formatTimespan(1_284_567, 1)).toBe("1.284567s"));
