import pino from "pino";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { readConfig } from "@/server/config";
import type { Pty } from "@/server/systemd/pty";
import { createTerminalRegistry, type TerminalRegistry } from "./terminal-registry";

const MINUTE_MS = 60_000;
/** The registry looks at its terminals so often. */
const LOOK_MS = 30_000;
let registry: TerminalRegistry;

beforeEach(() => void vi.useFakeTimers());

afterEach(async () => {
  await registry.close();
  vi.useRealTimers();
});

/** A program that says nothing, in an api with this environment. */
function openQuiet(environment: Record<string, string>): string {
  const nothing = () => () => {};
  const pty: Pty = {
    pid: 7,
    unwrittenBytes: 0,
    dropUnwritten: () => {},
    write: () => {},
    resize: () => {},
    pause: () => {},
    resume: () => {},
    kill: () => {},
    onData: nothing,
    onExit: nothing,
  };
  const { terminalIdleMs } = readConfig({ NODE_ENV: "test", ...environment });
  const system = { spawnPty: () => pty };
  registry = createTerminalRegistry({ system, log: pino({ level: "silent" }), idleTimeoutMs: terminalIdleMs });
  const info = { machine: "m", kind: "login" as const, user: null, command: [], program: [], openedBy: "ada" };
  return registry.open({ argv: ["/bin/cat"], info, ownerId: "ada", size: { cols: 80, rows: 24 } }).info.id;
}

it.each([
  ["a day, unless told otherwise", {}, 1440],
  ["what MACHINEROOM_TERMINAL_IDLE_MINUTES says", { MACHINEROOM_TERMINAL_IDLE_MINUTES: "3" }, 3],
])("an idle terminal is kept for %s, and closed then", (_when, environment, minutes) => {
  const id = openQuiet(environment);
  vi.advanceTimersByTime(minutes * MINUTE_MS - 1);
  expect(registry.get(id)).toBeDefined();
  vi.advanceTimersByTime(LOOK_MS + 1);
  expect(registry.get(id)).toBeUndefined();
});
