import { z } from "zod";

import { type Burst, createMachines } from "@/server/systemd/test-burst";
import { output, timedRounds } from "./commands";
import { quantile, type Result, result } from "./results";
import type { Session } from "./session";

const COUNTS = [2, 50];
const TARGET_RATIO = 0.3;

/** `machines.list` by way of web and api, against the process `machinectl list`. */
export async function measureMachinesList(session: Session): Promise<Result[]> {
  const results: Result[] = [];
  for (const count of COUNTS) {
    const burst = await createMachines(Array.from({ length: count }, (_, index) => `listed-${index}`));
    try {
      await untilListed(session, count);
      results.push(...(await measureAt(session, count)));
    } finally {
      await remove(burst, session);
    }
  }
  return results;
}

async function measureAt(session: Session, count: number): Promise<Result[]> {
  const ask = () => session.query("machines.list");
  const machinectl = () => output("/usr/bin/machinectl", "list", "--no-pager");
  await timedRounds(20, ask); // warm, as a dashboard in use is
  const asked = quantile(await timedRounds(200, ask), 0.5);
  const ran = quantile(await timedRounds(30, machinectl), 0.5);
  const at = `${count} machines`;
  return [
    result(`machines.list, ${at}`, asked, "ms"),
    result(`machinectl list, ${at}`, ran, "ms"),
    result(`machines.list over machinectl list, ${at}`, asked / ran, "×", TARGET_RATIO),
  ];
}

async function countListed(session: Session): Promise<number> {
  const rows = z.array(z.object({ name: z.string() })).parse(await session.query("machines.list"));
  return rows.filter(({ name }) => name.startsWith("listed-")).length;
}

async function untilListed(session: Session, count: number): Promise<void> {
  for (let round = 0; round < 200; round += 1) {
    if ((await countListed(session)) === count) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`machines.list never had ${count} machines`);
}

async function remove(burst: Burst, session: Session): Promise<void> {
  await burst.terminate();
  await burst.close();
  await untilListed(session, 0);
}
