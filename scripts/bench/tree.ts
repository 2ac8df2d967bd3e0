import { z } from "zod";

import { compareWithTool } from "./against-tool";
import type { Bench } from "./bench";
import { output, until } from "./commands";
import type { Result } from "./results";
import { startMachine } from "./terminal-machine";

const COUNTS = [10, 1000];
const ROUNDS = 40;
const TARGET_RATIO = 1;
const NAME = "bench-tree";

interface Group {
  processes: unknown[];
  children: Group[];
}
const groupSchema: z.ZodType<Group> = z.object({
  processes: z.array(z.unknown()),
  get children() {
    return z.array(groupSchema);
  },
});

/** `cgroups.tree` against the process `systemd-cgls -M`, for a machine with few processes and with many. */
export async function measureTree(bench: Bench): Promise<Result[]> {
  await startMachine(bench, NAME);
  const ask = () => bench.session.query("cgroups.tree", { name: NAME });
  const countNow = async () => countProcesses(groupSchema.parse(await ask()));
  const results: Result[] = [];
  for (const count of COUNTS) {
    await addProcesses(count - (await countNow()));
    await until(`${count} processes in ${NAME}`, async () => (await countNow()) === count);
    const command = ["/usr/bin/systemd-cgls", "-M", NAME, "--no-pager"];
    const at = `${count} processes`;
    const compared = { ask, procedure: "cgroups.tree", command, tool: "systemd-cgls -M", rounds: ROUNDS };
    results.push(...(await compareWithTool(bench, { ...compared, target: TARGET_RATIO, at })));
  }
  return results;
}

/** Made by a unit of the machine, whose shell is one of them. */
async function addProcesses(count: number): Promise<void> {
  const loop = `i=1; while [ $i -lt ${count} ]; do sleep inf & i=$((i+1)); done; wait`;
  await output("/usr/bin/systemd-run", "-M", NAME, "--quiet", "/bin/sh", "-c", loop);
}

function countProcesses({ processes, children }: Group): number {
  return children.reduce((sum, child) => sum + countProcesses(child), processes.length);
}
