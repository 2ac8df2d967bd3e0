import type { Page } from "@playwright/test";

import { openBare } from "./bare-terminal";
import type { Bench } from "./bench";
import { openPage } from "./browser";
import { probeTerminals } from "./page-probe";
import { afterReady, openInPage, pressUntilShown } from "./page-terminal";
import { median, quantile, type Result, result } from "./results";
import { startMachine } from "./terminal-machine";

const MACHINE = "bench-interrupt";
const ROUNDS = 8;
const TARGET_MS = 150;
/** In the middle of the flood, when every buffer on the way is full. */
const FLOOD_BYTES = 2 * 1024 * 1024;
/** The shell stays alive over the ^C meant for `yes`, and tells that it has ended. */
const COMMAND = afterReady("trap : INT; read -r _; yes; echo STOP''PED; read -r _");

/** From ^C in the middle of `yes` to what the shell says after it. */
export async function measureInterrupt(bench: Bench): Promise<Result[]> {
  await startMachine(bench, MACHINE);
  const page = await openPage(bench);
  await probeTerminals(page);
  const bare: number[] = [];
  const shown: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(await interruptBare(bench));
    shown.push(await interruptInPage(bench, page));
  }
  return [
    result(`Ctrl-C in yes, node-pty alone, p50 of ${ROUNDS}`, median(bare), "ms"),
    result(`Ctrl-C in yes to its end on screen, p50 of ${ROUNDS}`, median(shown), "ms", TARGET_MS),
    result(`Ctrl-C in yes to its end on screen, p95 of ${ROUNDS}`, quantile(shown, 0.95), "ms", TARGET_MS),
    result("Ctrl-C in yes, page over node-pty alone", median(shown) / median(bare), "×"),
  ];
}

async function interruptBare(bench: Bench): Promise<number> {
  const terminal = await openBare(bench, MACHINE, COMMAND);
  await terminal.type("\r");
  await terminal.received(FLOOD_BYTES);
  const took = await terminal.type("\x03", "STOPPED");
  terminal.close();
  return took;
}

async function interruptInPage(bench: Bench, page: Page): Promise<number> {
  const close = await openInPage(bench, page, MACHINE, COMMAND);
  const flood = await page.evaluateHandle((bytes) => ({ came: window.terminalProbe.received(bytes) }), FLOOD_BYTES);
  await page.keyboard.press("Enter");
  await flood.evaluate(({ came }) => came);
  const took = await pressUntilShown(page, "Control+c", "STOPPED");
  await close();
  return took;
}
