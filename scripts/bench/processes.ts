import { readFileSync } from "node:fs";

import { delay, unitProperty } from "./commands";

/** Linux tells processor time in these, whatever the kernel's own clock (USER_HZ). */
const TICKS_PER_SEC = 100;

export async function mainPid(unit: string): Promise<number> {
  const pid = Number(await unitProperty(unit, "MainPID"));
  if (!(pid > 0)) throw new Error(`${unit} does not run`);
  return pid;
}

/** Processor time of a process and of its children that have ended (proc_pid_stat(5)). */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return ticks / TICKS_PER_SEC;
}

/** What each of the processes takes of one core, in percent, from now on for so long. */
export async function cpuPercents(pids: readonly number[], sampleMs: number): Promise<number[]> {
  const before = pids.map(cpuSeconds);
  const began = performance.now();
  await delay(sampleMs);
  const seconds = (performance.now() - began) / 1000;
  return pids.map((pid, index) => ((cpuSeconds(pid) - (before[index] ?? 0)) / seconds) * 100);
}

export function rssMebibytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}
