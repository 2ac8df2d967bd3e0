import { describe, expect, it } from "vitest";

import { readConfig } from "./config";

const read = (environment: Record<string, string>) => readConfig({ NODE_ENV: "test", ...environment });

describe("the configuration", () => {
  it("has one build at a time, and a day for idle terminals", () => {
    expect(read({})).toMatchObject({ buildsAtOnce: 1, terminalIdleMs: 1440 * 60_000 });
  });

  it("takes both from the environment", () => {
    const config = read({ MACHINEROOM_BUILDS_AT_ONCE: "3", MACHINEROOM_TERMINAL_IDLE_MINUTES: "15" });
    expect(config).toMatchObject({ buildsAtOnce: 3, terminalIdleMs: 15 * 60_000 });
  });

  it.each([
    ["MACHINEROOM_BUILDS_AT_ONCE", "0"],
    ["MACHINEROOM_BUILDS_AT_ONCE", "17"],
    ["MACHINEROOM_BUILDS_AT_ONCE", "two"],
    ["MACHINEROOM_TERMINAL_IDLE_MINUTES", "0"],
    ["MACHINEROOM_TERMINAL_IDLE_MINUTES", "1.5"],
  ])("refuses %s=%s by its name", (variable, value) => {
    expect(() => read({ [variable]: value })).toThrow(variable);
  });
});
