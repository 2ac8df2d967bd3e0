import type { Readable } from "node:stream";

/** What is in a pipe when its command has ended is read in milliseconds; a daemon it left may hold the pipe open for ever. */
const SILENT_MS = 2000;
/** Also of a daemon that is never silent. */
const MOST_MS = 30_000;

/**
 * Ends the output of a command that has ended itself, once nothing more comes of it. What it wrote is told to the end, also a last
 * line without a newline. Returns what calls this off.
 */
export function endWhenSilent(
  outputs: readonly Readable[],
  { silentMs = SILENT_MS, mostMs = MOST_MS } = {},
): () => void {
  let heard = false;
  const end = () => {
    for (const output of outputs) output.once("end", () => output.destroy()).push(null);
  };
  const silence = setTimeout(() => {
    heard = false;
    // After a time in which this thread was busy its timers come first, then what has waited in the pipes, then this.
    setImmediate(() => heard || end());
  }, silentMs);
  const most = setTimeout(end, mostMs);
  const onData = () => {
    heard = true;
    silence.refresh();
  };
  for (const output of outputs) output.on("data", onData);
  return () => {
    clearTimeout(silence);
    clearTimeout(most);
    for (const output of outputs) output.off("data", onData);
  };
}
