// Adds up what the stages of `npm test` printed: count-tests.mjs DIRECTORY STAGE… (STAGE.log and STAGE.status).
// Exits with 1 when anything failed.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const SKIPPED = 77;
const [directory, ...stages] = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
const KINDS = {
  passed: "passed",
  flaky: "failed",
  failed: "failed",
  skipped: "skipped",
  todo: "skipped",
  interrupted: "failed",
  "did not run": "failed",
};

/** Vitest: `Tests  1 failed | 2 passed (3)` on one line; Playwright: `  2 passed (3s)`, one kind a line, at the end. */
function countsIn(text) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const line of text.split("\n")) {
    const parts = /^\s*Tests\s+(.*)$/.exec(line)?.[1]?.split("|") ?? (/^ {2}\d/.test(line) ? [line] : []);
    for (const part of parts) {
      const match = /^\s*(\d+) (passed|failed|flaky|skipped|todo|interrupted|did not run)(?: \([\w. ]+\))?\s*$/.exec(
        part,
      );
      if (match) counts[KINDS[match[2]]] += Number(match[1]);
    }
  }
  return counts;
}

for (const stage of stages) {
  const status = Number(readFileSync(join(directory, `${stage}.status`), "utf8"));
  const counts = countsIn(readFileSync(join(directory, `${stage}.log`), "utf8"));
  if (status === SKIPPED) counts.skipped += 1;
  // A stage can fail without a failing test: a lint error, a lab that did not boot.
  else if (status !== 0 && counts.failed === 0) counts.failed += 1;
  if (counts.failed > 0) console.log(`${stage}: failed`);
  for (const kind of Object.keys(total)) total[kind] += counts[kind];
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
