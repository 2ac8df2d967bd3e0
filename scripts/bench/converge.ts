import type { Page } from "@playwright/test";

import { createMachines } from "@/server/systemd/test-burst";
import type { Bench } from "./bench";
import { clockAhead, openMachines, openPage } from "./browser";
import { delay, now, output, until } from "./commands";
import { type Result, result } from "./results";

const COUNT = 200;
const TARGET_MS = 1000;
const AWAY_MS = 5000;
const KEPT = "converge-kept";
const COUNTS = "main";
const LINK = "section[aria-label=Host]";

/** How long after machinectl the list page says the same, where much has changed at once or its sources were away. */
export async function measureConvergence(bench: Bench): Promise<Result[]> {
  const page = await openPage(bench);
  return [...(await measureBurst(bench, page)), ...(await measureBusAway(bench, page))];
}

async function measureBurst({ onEnd }: Bench, page: Page): Promise<Result[]> {
  const kept = await createMachines([KEPT]);
  onEnd(() => kept.close());
  await openMachines(page, KEPT);
  const ahead = await clockAhead(page);
  const after = async (running: number, change: () => Promise<unknown>) => {
    const shown = frameWith(page, COUNTS, ` · ${running} running`);
    await change();
    return compare(shown, ahead, running);
  };
  const names = Array.from({ length: COUNT }, (_, index) => `converge-${index}`);
  let burst = kept;
  const registered = await after(COUNT + 1, async () => {
    burst = await createMachines(names);
  });
  onEnd(() => burst.close());
  const removed = await after(1, () => burst.terminate());
  const restarted = await after(0, async () => {
    await output("/usr/bin/systemctl", "restart", "systemd-machined.service");
    await output("/usr/bin/machinectl", "terminate", KEPT);
  });
  return [
    ...results(`${COUNT} machines registered at once`, registered),
    ...results(`${COUNT} machines ended at once`, removed),
    ...results("a machine ended while machined restarts", restarted),
  ];
}

async function measureBusAway({ onEnd }: Bench, page: Page): Promise<Result[]> {
  const ahead = await clockAhead(page);
  const start = () => output("/usr/bin/systemctl", "start", "dbus.socket", "dbus.service");
  onEnd(start);
  await output("/usr/bin/systemctl", "stop", "dbus.socket", "dbus.service");
  await frameWith(page, LINK, "Disconnected");
  await delay(AWAY_MS);
  const shown = frameWith(page, LINK, "Live");
  await start();
  const back = await compare(shown, ahead, 0);
  // These do not find the bus again by themselves.
  await output("/usr/bin/systemctl", "restart", "systemd-logind.service", "systemd-networkd.service");
  return results(`the bus back after ${AWAY_MS / 1000} s`, back);
}

interface Convergence {
  /** From the end of the change until machinectl says what it has come to. */
  machinectlMs: number;
  /** From then until the page says it, too; below zero where the page has it first. */
  lagMs: number;
}

async function compare(shown: Promise<number>, aheadMs: number, running: number): Promise<Convergence> {
  const changed = now();
  await until("machinectl", async () => (await machines()) === running);
  const told = now();
  return { machinectlMs: told - changed, lagMs: (await shown) - aheadMs - told };
}

function results(what: string, { machinectlMs, lagMs }: Convergence): Result[] {
  return [
    result(`${what}: machinectl says so after`, machinectlMs, "ms"),
    result(`${what}: the list page after machinectl`, lagMs, "ms", TARGET_MS),
  ];
}

/** What runs, as machinectl lists it; NaN while it cannot. */
async function machines(): Promise<number> {
  const listed = await output("/usr/bin/machinectl", "list", "--no-legend").catch(() => null);
  if (listed === null) return Number.NaN;
  return listed.split("\n").filter((line) => / container /.test(line)).length;
}

/** When a frame with this text was drawn, by the page's clock. */
async function frameWith(page: Page, selector: string, text: string): Promise<number> {
  const time = await page.waitForFunction(
    ([where = "", what = ""]) =>
      document.querySelector(where)?.textContent?.includes(what) && performance.timeOrigin + performance.now(),
    [selector, text],
    { polling: "raf" },
  );
  return Number(await time.jsonValue());
}
