import { readFileSync } from "node:fs";

import { createMachines } from "@/server/systemd/test-burst";
import { openBrowser, openMachines } from "./browser";
import { unitProperty } from "./commands";
import { type Result, result } from "./results";
import type { Session } from "./session";

const SETTLE_MS = 5000;
const SAMPLE_MS = 20_000;
const TARGET_CPU_PERCENT = 0.5;
const UNITS = ["machineroom-api.service", "machineroom-web.service"];
/** Linux tells processor time in these, whatever the kernel's own clock (USER_HZ). */
const TICKS_PER_SEC = 100;

/** Memory, and share of one core, of both processes while one page is open and nothing happens. */
export async function measureIdle(session: Session): Promise<Result[]> {
  const pids = await Promise.all(UNITS.map(async (unit) => Number(await unitProperty(unit, "MainPID"))));
  const burst = await createMachines(["idle-a", "idle-b"]);
  const { browser, page } = await openBrowser(session);
  try {
    await openMachines(page, "idle-a");
    await delay(SETTLE_MS);
    const before = pids.map(cpuSeconds);
    await delay(SAMPLE_MS);
    return pids.flatMap((pid, index) => {
      const percent = ((cpuSeconds(pid) - (before[index] ?? 0)) / (SAMPLE_MS / 1000)) * 100;
      const name = UNITS[index]?.replace("machineroom-", "").replace(".service", "");
      return [
        result(`${name} idle, one page open: CPU of one core`, percent, "%", TARGET_CPU_PERCENT),
        result(`${name} idle, one page open: RSS`, rssMebibytes(pid), "MiB"),
      ];
    });
  } finally {
    await browser.close();
    await burst.terminate();
    await burst.close();
  }
}

export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SEC;
}

export function rssMebibytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
