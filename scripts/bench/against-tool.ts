import type { Bench } from "./bench";
import { TimingShell, timed } from "./commands";
import { median, type Result, result } from "./results";

interface Comparison {
  /** What the api is asked. */
  ask: () => Promise<unknown>;
  /** How that is called in the table. */
  procedure: string;
  /** The tool that tells a person the same. */
  command: readonly string[];
  tool: string;
  rounds: number;
  /** The most the api may take, as a part of the tool's time. */
  target: number;
  /** Of what size: "10 processes". */
  at: string;
}

const WARM_UP_ROUNDS = 20;

/** The api's answer by way of web and api against the tool as a process, in turns. */
export async function compareWithTool({ onEnd }: Bench, comparison: Comparison): Promise<Result[]> {
  const { ask, procedure, command, tool, rounds, target, at } = comparison;
  const shell = new TimingShell(...command);
  onEnd(() => shell.close());
  // Warm, as a dashboard in use is.
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await ask();
  const asked: number[] = [];
  const ran: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    asked.push(await timed(ask));
    const { beginMs, endMs } = await shell.run();
    ran.push(endMs - beginMs);
  }
  return [
    result(`${tool}, ${at}, p50 of ${rounds}`, median(ran), "ms"),
    result(`${procedure}, ${at}, p50 of ${rounds}`, median(asked), "ms"),
    result(`${procedure} over ${tool}, ${at}`, median(asked) / median(ran), "×", target),
  ];
}
