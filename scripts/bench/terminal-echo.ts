import { openBare } from "./bare-terminal";
import type { Bench } from "./bench";
import { openPage } from "./browser";
import { probeTerminals } from "./page-probe";
import { afterReady, openInPage } from "./page-terminal";
import { median, quantile, type Result, result } from "./results";
import { startMachine } from "./terminal-machine";

const MACHINE = "bench-echo";
const KEYS = 100;
/** Before them, on either side: nobody types only the first hundred keys of a page's life. */
const WARM_UP_KEYS = 200;
const TARGET_MORE_MS = 3;
const COMMAND = afterReady("exec cat");

/** One key in the page, one on node-pty alone, in turn. */
export async function measureEcho(bench: Bench): Promise<Result[]> {
  await startMachine(bench, MACHINE);
  const page = await openPage(bench);
  await probeTerminals(page);
  await openInPage(bench, page, MACHINE, COMMAND);
  const terminal = await openBare(bench, MACHINE, COMMAND);
  const typeInPage = async () => {
    const echo = await page.evaluateHandle(() => ({ times: window.terminalProbe.nextEcho() }));
    await page.keyboard.press("x");
    const times = await echo.evaluate(({ times }) => times);
    await echo.dispose();
    return times;
  };
  for (let key = 0; key < WARM_UP_KEYS; key += 1) await Promise.all([typeInPage(), terminal.type("x")]);
  const bare: number[] = [];
  const buffer: number[] = [];
  const screen: number[] = [];
  for (let key = 0; key < KEYS; key += 1) {
    const { bufferMs, documentMs } = await typeInPage();
    buffer.push(bufferMs);
    screen.push(documentMs);
    bare.push(await terminal.type("x"));
  }
  const [alone, shown] = [median(bare), median(buffer)];
  return [
    result(`keystroke echo, node-pty alone, p50 of ${KEYS}`, alone, "ms"),
    result(`keystroke echo, node-pty alone, p95 of ${KEYS}`, quantile(bare, 0.95), "ms"),
    result(`keystroke echo into the page's terminal buffer, p50 of ${KEYS}`, shown, "ms"),
    result(`keystroke echo into the page's terminal buffer, p95 of ${KEYS}`, quantile(buffer, 0.95), "ms"),
    result(`keystroke echo to the page's document, p50 of ${KEYS}`, median(screen), "ms"),
    result("keystroke echo, buffer over node-pty alone", shown / alone, "×"),
    result("keystroke echo, buffer after node-pty alone, p50", shown - alone, "ms", TARGET_MORE_MS),
  ];
}
