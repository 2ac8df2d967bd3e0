// Runs inside the lab, against what users install. Prints a table, and writes the figures to the file it is given.
import { measureChangeToPixel } from "./change-to-pixel";
import { measureFirstLoad } from "./first-load";
import { measureIdle } from "./idle";
import { measureMachinesList } from "./machines-list";
import { printTable, type Result, writeResults } from "./results";
import { measureExposure, measureStart } from "./services";
import { openSession, type Session, waitForHealth } from "./session";
import { measureTerminal } from "./terminal";

const BENCHES: Record<string, (session: Session) => Promise<Result[]>> = {
  start: measureStart,
  exposure: measureExposure,
  list: measureMachinesList,
  pixel: measureChangeToPixel,
  "first-load": measureFirstLoad,
  idle: measureIdle,
  terminal: measureTerminal,
};

async function main(): Promise<void> {
  const [file, ...only] = process.argv.slice(2);
  if (file === undefined) throw new Error("usage: bench FILE [BENCH…]");
  const unknown = only.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined) throw new Error(`${unknown} is none of ${Object.keys(BENCHES).join(", ")}`);
  await waitForHealth();
  const session = await openSession();
  const results: Result[] = [];
  for (const [name, measure] of Object.entries(BENCHES)) {
    if (only.length > 0 && !only.includes(name)) continue;
    console.error(`bench: ${name}`);
    results.push(...(await measure(session)));
    writeResults(file, results);
  }
  printTable(results);
  // What was missed is told, not made a failure: figures depend on the machine they are taken on.
  process.exit(0);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
