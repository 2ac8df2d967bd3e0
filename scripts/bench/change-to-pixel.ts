import { mkdirSync, rmSync } from "node:fs";
import type { Page } from "@playwright/test";

import { createMachines } from "@/server/systemd/test-burst";
import type { Bench } from "./bench";
import { clockAhead, openMachines, openPage, rowOf } from "./browser";
import { type Run, TimingShell } from "./commands";
import { median, quantile, type Result, result } from "./results";

const ROUNDS = 30;
const TARGET_P95_MS = 60;
const POOL = "/var/lib/machines";

interface Round {
  paintedMs: number;
  machinectlMs: number;
}

/** From the start of the process machinectl to the frame that shows what it changed: an image renamed, a machine ended. */
export async function measureChangeToPixel(bench: Bench): Promise<Result[]> {
  // So high that every row is on screen: what is below the fold changes no pixel.
  const page = await openPage(bench, { width: 1280, height: 2000 });
  const machinectl = new TimingShell("/usr/bin/machinectl");
  bench.onEnd(() => machinectl.close());
  return [...(await measureRename(bench, page, machinectl)), ...(await measureTerminate(bench, page, machinectl))];
}

async function measureRename({ onEnd }: Bench, page: Page, machinectl: TimingShell): Promise<Result[]> {
  const names = Array.from({ length: ROUNDS + 1 }, (_, index) => `pixel-${index}`);
  mkdirSync(`${POOL}/${names[0]}`);
  onEnd(() => {
    for (const name of names) rmSync(`${POOL}/${name}`, { recursive: true, force: true });
  });
  await openMachines(page, "pixel-0");
  const ahead = await clockAhead(page);
  const rounds: Round[] = [];
  for (const [index, from] of names.slice(0, ROUNDS).entries()) {
    const to = `pixel-${index + 1}`;
    rounds.push(await untilPainted(page, ahead, to, true, () => machinectl.run("rename", from, to)));
  }
  return summary("machinectl rename", rounds);
}

async function measureTerminate({ onEnd }: Bench, page: Page, machinectl: TimingShell): Promise<Result[]> {
  const names = Array.from({ length: ROUNDS }, (_, index) => `pixel-machine-${index}`);
  const burst = await createMachines(names);
  onEnd(() => burst.close());
  await openMachines(page, "pixel-machine-0");
  const ahead = await clockAhead(page);
  const rounds: Round[] = [];
  for (const name of names) {
    await page.locator(rowOf(name)).first().waitFor();
    rounds.push(await untilPainted(page, ahead, name, false, () => machinectl.run("terminate", name)));
  }
  return summary("machinectl terminate", rounds);
}

function summary(name: string, rounds: readonly Round[]): Result[] {
  const painted = rounds.map(({ paintedMs }) => paintedMs);
  const machinectl = median(rounds.map(({ machinectlMs }) => machinectlMs));
  return [
    result(`${name}, start to end, p50 of ${ROUNDS}`, machinectl, "ms"),
    result(`${name}, start to changed pixel, p50 of ${ROUNDS}`, median(painted), "ms"),
    result(`${name}, start to changed pixel, p95 of ${ROUNDS}`, quantile(painted, 0.95), "ms", TARGET_P95_MS),
    result(`${name}, changed pixel over its own end`, median(painted) / machinectl, "×"),
  ];
}

/** From the beginning of `change` until a frame with (or without) the row was drawn. */
async function untilPainted(
  page: Page,
  aheadMs: number,
  name: string,
  present: boolean,
  change: () => Promise<Run>,
): Promise<Round> {
  const painted = await page.evaluateHandle(watchForFrame, { selector: rowOf(name), present });
  const [frameMs, run] = await Promise.all([painted.evaluate(({ frame }) => frame), change()]);
  await painted.dispose();
  return { paintedMs: frameMs - aheadMs - run.beginMs, machinectlMs: run.endMs - run.beginMs };
}

/** Runs in the page: resolves once a frame was drawn in which the selector matches something, or nothing. */
function watchForFrame({ selector, present }: { selector: string; present: boolean }): { frame: Promise<number> } {
  const holds = () => (document.querySelector(selector) !== null) === present;
  if (holds()) throw new Error(`${selector} is so already`);
  const frame = new Promise<number>((resolve) => {
    const observer = new MutationObserver(() => {
      if (!holds()) return;
      observer.disconnect();
      requestAnimationFrame(() => {
        // The first task after a frame's callbacks runs when the frame has been drawn.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
        port2.postMessage(null);
      });
    });
    observer.observe(document.body, { childList: true, subtree: true });
  });
  return { frame };
}
