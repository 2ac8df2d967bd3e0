import type { JournalLine } from "@/server/systemd/journal";

const PID_1 = 1;

/**
 * The lines of a unit's last run, of the unit's newest ones. `id` is the run's InvocationID; empty where systemd has forgotten it: then
 * it is the run of the last line, or what PID 1 said last of refusing to run it at all.
 */
export function linesOfLastRun(lines: readonly JournalLine[], id: string): JournalLine[] {
  const runs = attributed(lines);
  if (id !== "") return runs.filter(({ invocation }) => invocation === id);
  const last = runs.at(-1)?.invocation;
  return runs.slice(runs.findLastIndex(({ invocation }) => invocation !== last) + 1);
}

/**
 * What a process said last before it ended may be read by journald when the process, and with it all that told of which run it was,
 * is gone: it then knows the unit alone. It is of the run it stands in; only PID 1 speaks of a unit outside of any.
 */
function attributed(lines: readonly JournalLine[]): JournalLine[] {
  let run: string | null = null;
  return lines.map((line) => {
    if (line.invocation !== null || line.entry.pid === PID_1) {
      run = line.invocation;
      return line;
    }
    return { ...line, invocation: run };
  });
}
