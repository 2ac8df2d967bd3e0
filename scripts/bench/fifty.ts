import { spawn } from "node:child_process";

import { createMachines } from "@/server/systemd/test-burst";
import type { Bench } from "./bench";
import { openMachines, openPage } from "./browser";
import { delay } from "./commands";
import { cpuPercents, mainPid } from "./processes";
import { type Result, result } from "./results";

const COUNT = 50;
/** Addresses are asked for again and again after a start; that is over by then. */
const SETTLE_MS = 22_000;
const SAMPLE_MS = 20_000;
const TARGET_CPU_PERCENT = 5;
/** What tells the same in a shell, as often. */
const CGTOP = ["--batch", "--raw", "--iterations=0", "--delay=1"];

/** What the list page of fifty running machines takes of the api: all of them measured every second. */
export async function measureFifty(bench: Bench): Promise<Result[]> {
  const burst = await createMachines(Array.from({ length: COUNT }, (_, index) => `fifty-${index}`));
  bench.onEnd(() => burst.close());
  bench.onEnd(() => burst.terminate());
  const page = await openPage(bench);
  await openMachines(page, "fifty-49");
  await page.waitForFunction((count) => {
    const rows = [...document.querySelectorAll("tbody tr")];
    return rows.filter((row) => /\d%/.test(row.textContent)).length >= count;
  }, COUNT);
  await delay(SETTLE_MS);
  const cgtop = spawn("/usr/bin/systemd-cgtop", CGTOP, { stdio: "ignore" });
  bench.onEnd(() => cgtop.kill("SIGKILL"));
  const [api, web] = await Promise.all([mainPid("machineroom-api.service"), mainPid("machineroom-web.service")]);
  const percents = await cpuPercents([cgtop.pid ?? 0, api, web], SAMPLE_MS);
  const [watching = Number.NaN, apiPercent = Number.NaN, webPercent = Number.NaN] = percents;
  const at = `list page of ${COUNT} running machines`;
  return [
    result("systemd-cgtop every second: CPU of one core", watching, "%"),
    result(`${at}, api: CPU of one core`, apiPercent, "%", TARGET_CPU_PERCENT),
    result(`${at}, api: CPU over systemd-cgtop`, apiPercent / watching, "×"),
    result(`${at}, web: CPU of one core`, webPercent, "%"),
  ];
}
