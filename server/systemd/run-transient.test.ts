import { describe, expect, it } from "vitest";

import { readEnd } from "./run-transient";

const UNIT = "machineroom-exec-1.service";

describe("what systemd-run --wait --pipe prints", () => {
  it("is told apart from the command's own output (systemd 252)", () => {
    const text = `Running as unit: ${UNIT}\nerrFinished with result: exit-code\nMain processes terminated with: code=exited/status=7\nService runtime: 12ms\nCPU time consumed: 3ms\n`;
    expect(readEnd(text, UNIT, false)).toEqual({
      started: true,
      known: true,
      exitCode: 7,
      signal: null,
      stderr: "err",
    });
  });

  it("is understood in the words of systemd 257", () => {
    const text = `before\nRunning as unit: ${UNIT}; invocation ID: 0fda04e4\nafter\nFinished with result: signal\nMain processes terminated with: code=killed, status=9/KILL\nService runtime: 17ms\nMemory peak: 1.2M (swap: 0B)\n`;
    expect(readEnd(text, UNIT, false)).toEqual({
      started: true,
      known: true,
      exitCode: null,
      signal: "KILL",
      stderr: "before\nafter\n",
    });
  });

  it("tells a command that SIGTERM ended from one that succeeded, which systemd-run's status 0 does not", () => {
    const text = `Running as unit: ${UNIT}\nFinished with result: success\nMain processes terminated with: code=killed/status=TERM\nService runtime: 5ms\n`;
    expect(readEnd(text, UNIT, false)).toMatchObject({ known: true, exitCode: null, signal: "TERM" });
  });

  it("tells that systemd did not take the unit", () => {
    const text = "Failed to connect to bus: Host is down\n";
    expect(readEnd(text, UNIT, false)).toMatchObject({ started: false, known: false, stderr: text });
  });

  it("may be lost where too much was written, or where the machine went away", () => {
    expect(readEnd("x".repeat(100), UNIT, true)).toMatchObject({ started: true, known: false });
    expect(readEnd(`Running as unit: ${UNIT}\npart`, UNIT, false)).toMatchObject({
      started: true,
      known: false,
      stderr: "part",
    });
  });

  it("is not found in what the command itself wrote", () => {
    const text = `Running as unit: ${UNIT}\nFinished with result: success\nMain processes terminated with: code=exited/status=0\nnot a summary\n`;
    expect(readEnd(text, UNIT, false).known).toBe(false);
  });
});
