import { z } from "zod";

import { createMachines } from "@/server/systemd/test-burst";
import type { Bench } from "./bench";
import { TimingShell, timed, until } from "./commands";
import { median, type Result, result } from "./results";
import type { Session } from "./session";

const COUNTS = [2, 50];
const ROUNDS = 40;
/** As a dashboard in use is: V8 compiles in steps what was called often, up to some thousand times. */
const WARM_UP_ROUNDS = 1000;
const TARGET_RATIO = 0.3;
const rowsSchema = z.array(z.object({ name: z.string() }));

/** `machines.list` by way of web and api, against the process `machinectl list`. */
export async function measureMachinesList(bench: Bench): Promise<Result[]> {
  const results: Result[] = [];
  for (const count of COUNTS) {
    const burst = await createMachines(Array.from({ length: count }, (_, index) => `listed-${index}`));
    bench.onEnd(() => burst.close());
    await untilListed(bench.session, count);
    results.push(...(await measureAt(bench, count)));
    await burst.terminate();
    await untilListed(bench.session, 0);
  }
  return results;
}

async function measureAt({ session, onEnd }: Bench, count: number): Promise<Result[]> {
  const machinectl = new TimingShell("/usr/bin/machinectl", "list", "--no-pager");
  onEnd(() => machinectl.close());
  const ask = () => session.query("machines.list");
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await ask();
  const asked: number[] = [];
  const ran: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    asked.push(await timed(ask));
    const { beginMs, endMs } = await machinectl.run();
    ran.push(endMs - beginMs);
  }
  const at = `${count} machines`;
  return [
    result(`machinectl list, ${at}, p50 of ${ROUNDS}`, median(ran), "ms"),
    result(`machines.list, ${at}, p50 of ${ROUNDS}`, median(asked), "ms"),
    result(`machines.list over machinectl list, ${at}`, median(asked) / median(ran), "×", TARGET_RATIO),
  ];
}

function untilListed(session: Session, count: number): Promise<void> {
  return until(`${count} machines in machines.list`, async () => {
    const rows = rowsSchema.parse(await session.query("machines.list"));
    return rows.filter(({ name }) => name.startsWith("listed-")).length === count;
  });
}
