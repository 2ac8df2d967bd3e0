import { stat } from "node:fs/promises";

import { AppError } from "@/lib/errors";
import { JOURNALCTL, JOURNALCTL_ENVIRONMENT } from "./journalctl";
import { readMachineId } from "./machine-id";
import { run } from "./process";

const DEADLINE_MS = 10_000;

/**
 * Where this host keeps its own journal: on disk, or only in memory (systemd-journald.service(8), "Files"). Where there are both, the
 * one that is written: what was kept on disk before stays there. Errors: PRECONDITION (the host has no machine ID, and so no journal).
 */
export async function hostJournalDirectory(root = "/"): Promise<string> {
  const id = await readMachineId(root);
  if (id === null) {
    throw new AppError("PRECONDITION", "The host has no machine ID, and so no journal.", {
      hint: "systemd-machine-id-setup gives it one; then restart systemd-journald.service.",
    });
  }
  const base = root === "/" ? "" : root;
  const [onDisk, inMemory] = [`${base}/var/log/journal/${id}`, `${base}/run/log/journal/${id}`];
  return (await writtenMs(onDisk)) >= (await writtenMs(inMemory)) ? onDisk : inMemory;
}

/** Whether a unit of this host has printed anything since it was booted, journalctl(1). Errors: TIMEOUT. */
export async function hasLinesOfBoot(unit: string, directory: string): Promise<boolean> {
  const argv = [...JOURNALCTL, `--directory=${directory}`, "--boot", "--unit", unit, "--lines=1", "--output=export"];
  const { stdout } = await run(argv, { timeoutMs: DEADLINE_MS, env: JOURNALCTL_ENVIRONMENT });
  return stdout.length > 0;
}

async function writtenMs(directory: string): Promise<number> {
  const active = await stat(`${directory}/system.journal`).catch(() => null);
  if (active) return active.mtimeMs;
  return (await stat(directory).catch(() => null)) ? 0 : -1;
}
