// Runs inside the lab, against what users install. Prints a table, and writes the figures to the file it is given.
import { loadavg } from "node:os";

import type { Part } from "./bench";
import { measureChangeToPixel } from "./change-to-pixel";
import { measureConvergence } from "./converge";
import { measureFifty } from "./fifty";
import { measureFirstLoad } from "./first-load";
import { measureIdle } from "./idle";
import { measureJournal } from "./journal";
import { measureMachinesList } from "./machines-list";
import { formatTable, type Result, writeResults } from "./results";
import { runPart } from "./run-part";
import { measureExposure, measureStart } from "./services";
import { openSession, waitForHealth } from "./session";
import { measureEcho } from "./terminal-echo";
import { measureInterrupt } from "./terminal-interrupt";
import { measureOutput } from "./terminal-output";
import { measureTimeline } from "./timeline";
import { measureTree } from "./tree";

const PART_DEADLINE_MS = 180_000;
const BENCH_DEADLINE_MS = 1_020_000;

const PARTS: Record<string, Part> = {
  start: { title: "start of the api", measure: measureStart },
  exposure: { title: "exposure of the units", measure: measureExposure },
  list: { title: "machines.list", measure: measureMachinesList },
  tree: { title: "tree of control groups", measure: measureTree },
  timeline: { title: "boot timeline", measure: measureTimeline },
  pixel: { title: "change to pixel", measure: measureChangeToPixel },
  converge: { title: "convergence under stress", measure: measureConvergence },
  load: { title: "first load of the Machines page", measure: measureFirstLoad },
  idle: { title: "idle with one page open", measure: measureIdle },
  fifty: { title: "list page of fifty running machines", measure: measureFifty },
  journal: { title: "journal of a machine", measure: measureJournal },
  echo: { title: "keystroke echo", measure: measureEcho },
  output: { title: "20 MB of output", measure: measureOutput },
  interrupt: { title: "Ctrl-C in yes", measure: measureInterrupt },
};

async function main(): Promise<void> {
  const [file, ...only] = process.argv.slice(2);
  if (file === undefined) throw new Error("usage: bench FILE [PART…]");
  const unknown = only.find((name) => !Object.hasOwn(PARTS, name));
  if (unknown !== undefined) throw new Error(`${unknown} is no part of the bench: ${Object.keys(PARTS).join(", ")}`);
  const end = Date.now() + BENCH_DEADLINE_MS;
  await waitForHealth();
  const session = await openSession();
  const results: Result[] = [];
  for (const [name, part] of Object.entries(PARTS)) {
    if (only.length > 0 && !only.includes(name)) continue;
    console.error(`bench: ${name} (load ${loadavg()[0]?.toFixed(2)})`);
    results.push(...(await runPart(part, session, Math.min(PART_DEADLINE_MS, Math.max(end - Date.now(), 0)))));
    writeResults(file, results);
  }
  console.log(formatTable(results));
  // A missed target depends on the machine it is taken on, and is told only; what could not be measured is a failure.
  process.exit(results.some(({ value }) => value === null) ? 1 : 0);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
