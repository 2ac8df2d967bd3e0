import { compareWithTool } from "./against-tool";
import type { Bench } from "./bench";
import { until } from "./commands";
import type { Result } from "./results";
import { startMachine } from "./terminal-machine";

const ROUNDS = 20;
const TARGET_RATIO = 0.5;
const NAME = "bench-timeline";

/** `boot.timeline` against the process `systemd-analyze -M plot`, for a boot that has finished. */
export async function measureTimeline(bench: Bench): Promise<Result[]> {
  await startMachine(bench, NAME);
  const ask = () => bench.session.query("boot.timeline", { name: NAME });
  const answers = () =>
    ask().then(
      () => true,
      () => false,
    );
  await until(`the timeline of ${NAME}`, answers);
  const command = ["/usr/bin/systemd-analyze", "-M", NAME, "plot"];
  return compareWithTool(bench, {
    ask,
    procedure: "boot.timeline",
    command,
    tool: "systemd-analyze -M plot",
    rounds: ROUNDS,
    target: TARGET_RATIO,
    at: "a minimal Debian",
  });
}
