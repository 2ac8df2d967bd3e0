import type { CastHeader } from "./recording";

/** The beginning of a recording, for tests. */
export function aCastHeader(given: Partial<CastHeader> = {}): CastHeader {
  return {
    version: 2,
    width: 40,
    height: 5,
    timestamp: 0,
    title: "root@arch",
    env: { TERM: "xterm-256color" },
    machineroom: {
      terminal: "t",
      machine: "arch",
      kind: "shell",
      user: "root",
      recordedBy: "a@b.c",
      recordedById: "a",
    },
    ...given,
  };
}
