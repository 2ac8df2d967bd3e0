import { z } from "zod";

import type { Bench } from "./bench";
import { output, TimingShell, timed, until } from "./commands";
import { cpuSeconds, mainPid } from "./processes";
import { median, type Result, result } from "./results";
import { subscribe } from "./subscription";
import { startMachine } from "./terminal-machine";

const MACHINE = "bench-journal";
const LINES = 1000;
const ROUNDS = 15;
const TARGET_RATIO = 1.2;
const PER_SEC = 10_000;
const FOLLOW_SEC = 10;
const TARGET_CPU_PERCENT = 60;
/** 1000 lines, then a pause that makes it 10 000 a second. */
const PACED = `i=0; while [ $i -lt ${PER_SEC * FOLLOW_SEC} ]; do seq -f 'paced %.0f' $((i + 1)) $((i + 1000)); i=$((i + 1000)); sleep 0.09; done\n`;
/** An interval of 0 would leave the limit of journald itself: PID 1 tells it of others only. */
const UNLIMITED = ["--property=LogRateLimitIntervalSec=1s", "--property=LogRateLimitBurst=1000000"];
const pageSchema = z.object({ entries: z.array(z.object({ message: z.string() })) });
const eventSchema = z.object({
  type: z.string(),
  entries: z.array(z.object({ message: z.string() })).default([]),
  gap: z.number().default(0),
});

/** The newest 1000 lines through the api, against journalctl; then a machine that logs 10 000 lines a second. */
export async function measureJournal(bench: Bench): Promise<Result[]> {
  await startMachine(bench, MACHINE, { "paced.sh": PACED, "seed.sh": `seq -f 'seed %.0f' 1 ${3 * LINES}\n` });
  await runLoud("seed");
  return [...(await measurePage(bench)), ...(await measureFollow(bench))];
}

/** A script of the machine as a unit of its own systemd, its lines not limited. */
function runLoud(script: string): Promise<string> {
  const unit = ["--quiet", `--unit=${script}`, "--wait", ...UNLIMITED];
  return output("/usr/bin/systemd-run", "-M", MACHINE, ...unit, "/bin/sh", `/root/${script}.sh`);
}

async function measurePage({ session, onEnd }: Bench): Promise<Result[]> {
  const shell = new TimingShell("/usr/bin/journalctl", "--no-pager", "-M", MACHINE, "-n", String(LINES), "-o", "json");
  onEnd(() => shell.close());
  const input = encodeURIComponent(JSON.stringify({ name: MACHINE, limit: LINES }));
  const ask = async () => {
    const { entries } = pageSchema.parse(await session.query(`journal.query?input=${input}`));
    if (entries.length !== LINES) throw new Error(`${entries.length} of ${LINES} lines came`);
  };
  for (let round = 0; round < 5; round += 1) await ask();
  const asked: number[] = [];
  const ran: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    asked.push(await timed(ask));
    const { beginMs, endMs } = await shell.run();
    ran.push(endMs - beginMs);
  }
  return [
    result(`journalctl -n ${LINES} -o json, p50 of ${ROUNDS}`, median(ran), "ms"),
    result(`journal.query, ${LINES} lines, p50 of ${ROUNDS}`, median(asked), "ms"),
    result("journal.query over journalctl", median(asked) / median(ran), "×", TARGET_RATIO),
  ];
}

async function measureFollow(bench: Bench): Promise<Result[]> {
  const pid = await mainPid("machineroom-api.service");
  let lines = 0;
  let gap = 0;
  let following = false;
  const close = subscribe(bench.session, "journal.follow", { name: MACHINE, units: ["paced.service"] }, (data) => {
    const event = eventSchema.parse(data);
    following ||= event.type === "state";
    if (event.type !== "lines") return;
    gap += event.gap;
    for (const { message } of event.entries) if (message.startsWith("paced ")) lines += 1;
  });
  bench.onEnd(close);
  await until("the journal's first answer", async () => following);
  const before = cpuSeconds(pid);
  const began = performance.now();
  await runLoud("paced");
  await until("every line", async () => lines + gap >= PER_SEC * FOLLOW_SEC);
  const seconds = (performance.now() - began) / 1000;
  const percent = ((cpuSeconds(pid) - before) / seconds) * 100;
  return [
    result("journal.follow: lines that came a second", lines / seconds, "lines/s"),
    result("journal.follow: lines that were dropped", gap, "lines", 0),
    result(`journal.follow of ${PER_SEC} lines/s: CPU of one core in the api`, percent, "%", TARGET_CPU_PERCENT),
  ];
}
