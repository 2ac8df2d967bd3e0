import { spawn } from "node:child_process";

import { createMachines } from "@/server/systemd/test-burst";
import type { Bench } from "./bench";
import { openMachines, openPage } from "./browser";
import { delay } from "./commands";
import { cpuPercents, mainPid, rssMebibytes } from "./processes";
import { type Result, result } from "./results";

/**
 * V8 gives memory back when work is over, in up to three collections, which are a part of the work: once little is allocated any
 * more, at the latest 100 s later (kWatchdogDelayMs of its memory reducer; seen by --trace-gc after 48 s).
 */
const SETTLE_MS = 110_000;
const SAMPLE_MS = 20_000;
const TARGET_CPU_PERCENT = 0.5;
/** What keeps an eye on the machines without the dashboard: `watch machinectl list`. */
const WATCH = "while :; do machinectl list >/dev/null; sleep 2; done";

/** Memory, and share of one core, of both processes while one page is open and nothing happens. */
export async function measureIdle(bench: Bench): Promise<Result[]> {
  const burst = await createMachines(["idle-a", "idle-b"]);
  bench.onEnd(() => burst.close());
  bench.onEnd(() => burst.terminate());
  const page = await openPage(bench);
  await openMachines(page, "idle-a");
  await delay(SETTLE_MS);
  const watch = spawn("/usr/bin/bash", ["-c", WATCH], { stdio: "ignore" });
  bench.onEnd(() => watch.kill("SIGKILL"));
  const [api, web] = await Promise.all([mainPid("machineroom-api.service"), mainPid("machineroom-web.service")]);
  const [watching = Number.NaN, ...ours] = await cpuPercents([watch.pid ?? 0, api, web], SAMPLE_MS);
  return [
    result("machinectl list every 2 s: CPU of one core", watching, "%"),
    ...[api, web].flatMap((pid, index) => {
      const name = index === 0 ? "api" : "web";
      const percent = ours[index] ?? Number.NaN;
      return [
        result(`${name} idle, one page open: CPU of one core`, percent, "%", TARGET_CPU_PERCENT),
        result(`${name} idle: CPU over machinectl list every 2 s`, percent / watching, "×"),
        result(`${name} idle, one page open: RSS`, rssMebibytes(pid), "MiB"),
      ];
    }),
  ];
}
