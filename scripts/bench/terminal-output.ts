import { openBare } from "./bare-terminal";
import type { Bench } from "./bench";
import { openPage } from "./browser";
import { probeTerminals } from "./page-probe";
import { afterReady, openInPage, pressUntilShown } from "./page-terminal";
import { mainPid, rssMebibytes } from "./processes";
import { median, type Result, result } from "./results";
import { startMachine } from "./terminal-machine";

const MACHINE = "bench-output";
const ROUNDS = 3;
const LINE = `${"0123456789abcdef".repeat(4)}0123456789abcde`;
const LINES = Math.ceil((20 * 1024 * 1024) / (LINE.length + 1));
/** The terminal turns each line's end into two bytes. */
const SHOWN_BYTES = LINES * (LINE.length + 2);
const TARGET_RATIO = 8;
const TARGET_GROWTH_MIB = 64;
const SAMPLE_MS = 50;
/** Both sides measure from the key it waits for. */
const COMMAND = afterReady("read -r _; cat /root/lines.txt; echo DO''NE; read -r _");

/** 20 MB through node-pty alone and into the page's terminal, in turn. */
export async function measureOutput(bench: Bench): Promise<Result[]> {
  await startMachine(bench, MACHINE, { "lines.txt": `${LINE}\n`.repeat(LINES) });
  const pid = await mainPid("machineroom-api.service");
  const page = await openPage(bench);
  await probeTerminals(page);
  const bare: number[] = [];
  const shown: number[] = [];
  let growth = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const terminal = await openBare(bench, MACHINE, COMMAND);
    bare.push(await terminal.type("\r", "DONE"));
    terminal.close();
    const close = await openInPage(bench, page, MACHINE, COMMAND);
    const stopSampling = sampleGrowth(pid, (mebibytes) => {
      growth = Math.max(growth, mebibytes);
    });
    bench.onEnd(stopSampling);
    const bytesBefore = await page.evaluate(() => window.terminalProbe.bytes);
    shown.push(await pressUntilShown(page, "Enter", "DONE"));
    stopSampling();
    const bytes = (await page.evaluate(() => window.terminalProbe.bytes)) - bytesBefore;
    if (bytes < SHOWN_BYTES) throw new Error(`${bytes} of ${SHOWN_BYTES} bytes came`);
    await close();
  }
  return [
    result(`20 MB, node-pty alone, p50 of ${ROUNDS}`, median(bare), "ms"),
    result(`20 MB, shown complete in the page, p50 of ${ROUNDS}`, median(shown), "ms"),
    result("20 MB, page over node-pty alone", median(shown) / median(bare), "×", TARGET_RATIO),
    result(`20 MB: growth of the api's RSS meanwhile, most of ${ROUNDS}`, growth, "MiB", TARGET_GROWTH_MIB),
  ];
}

function sampleGrowth(pid: number, tell: (mebibytes: number) => void): () => void {
  const before = rssMebibytes(pid);
  const timer = setInterval(() => tell(rssMebibytes(pid) - before), SAMPLE_MS);
  return () => clearInterval(timer);
}
