import { mkdirSync, rmSync } from "node:fs";
import type { Page } from "@playwright/test";

import { createMachines } from "@/server/systemd/test-burst";
import { openBrowser, openMachines, rowOf } from "./browser";
import { now, output } from "./commands";
import { quantile, type Result, result } from "./results";
import type { Session } from "./session";

const ROUNDS = 30;
const TARGET_P95_MS = 60;
const POOL = "/var/lib/machines";

/** From the start of the process machinectl to the frame that shows what it changed: an image renamed, a machine ended. */
export async function measureChangeToPixel(session: Session): Promise<Result[]> {
  const { browser, page } = await openBrowser(session);
  try {
    return [...(await measureRename(page)), ...(await measureTerminate(page))];
  } finally {
    await browser.close();
  }
}

async function measureRename(page: Page): Promise<Result[]> {
  mkdirSync(`${POOL}/pixel-0`);
  await openMachines(page, "pixel-0");
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [from, to] = [`pixel-${round}`, `pixel-${round + 1}`];
    times.push(await untilPainted(page, to, true, () => output("/usr/bin/machinectl", "rename", from, to)));
  }
  rmSync(`${POOL}/pixel-${ROUNDS}`, { recursive: true });
  return summary("machinectl rename to pixel", times);
}

async function measureTerminate(page: Page): Promise<Result[]> {
  const names = Array.from({ length: ROUNDS }, (_, index) => `pixel-machine-${index}`);
  const burst = await createMachines(names);
  const times: number[] = [];
  try {
    await openMachines(page, names[0] ?? "");
    for (const name of names) {
      await page.locator(rowOf(name)).first().waitFor();
      times.push(await untilPainted(page, name, false, () => output("/usr/bin/machinectl", "terminate", name)));
    }
  } finally {
    await burst.close();
  }
  return summary("machinectl terminate to pixel", times);
}

function summary(name: string, times: readonly number[]): Result[] {
  return [
    result(`${name}, p50 of ${times.length}`, quantile(times, 0.5), "ms"),
    result(`${name}, p95 of ${times.length}`, quantile(times, 0.95), "ms", TARGET_P95_MS),
  ];
}

/** Milliseconds from the beginning of `change` until a frame with (or without) the row was drawn. */
async function untilPainted(page: Page, name: string, present: boolean, change: () => Promise<unknown>) {
  const painted = await page.evaluateHandle(watchForFrame, { selector: rowOf(name), present });
  const begin = now();
  const [end] = await Promise.all([painted.evaluate(({ frame }) => frame), change()]);
  await painted.dispose();
  return end - begin;
}

/** Runs in the page: resolves once a frame was drawn in which the selector matches something, or nothing. */
function watchForFrame({ selector, present }: { selector: string; present: boolean }): { frame: Promise<number> } {
  const holds = () => (document.querySelector(selector) !== null) === present;
  const frame = new Promise<number>((resolve) => {
    const onceDrawn = () =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
        port2.postMessage(null);
      });
    if (holds()) return onceDrawn();
    const observer = new MutationObserver(() => {
      if (!holds()) return;
      observer.disconnect();
      onceDrawn();
    });
    observer.observe(document.body, { childList: true, subtree: true });
  });
  return { frame };
}
