import pino from "pino";
import { expect, it } from "vitest";

import { withSyslogLevel } from "./logger";

it("gives the journal each line with its level", () => {
  const lines: string[] = [];
  const log = pino({ level: "trace" }, withSyslogLevel({ write: (line) => void lines.push(line) }));
  for (const level of ["trace", "debug", "info", "warn", "error", "fatal"] as const) log[level](level);
  expect(lines.map((line) => line.slice(0, 3))).toEqual(["<7>", "<7>", "<6>", "<4>", "<3>", "<2>"]);
  for (const line of lines) expect(() => JSON.parse(line.slice(3))).not.toThrow();
});
