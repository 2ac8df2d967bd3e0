import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";

import type { JournalFormat } from "@/lib/journal";
import { filterArguments, type JournalFilter } from "@/lib/journal-filter";
import { JournalComplaints } from "./journal-complaints";
import { JOURNALCTL, JOURNALCTL_ENVIRONMENT, type JournalPlace } from "./journalctl";

/** Without --all values of more than 4 KiB are left out of JSON. With it text would have the control characters of each message. */
const OUTPUTS: Record<JournalFormat, readonly string[]> = {
  text: ["--output=short-iso"],
  json: ["--output=json", "--all"],
};

/**
 * All entries that fit, oldest first, as journalctl prints them (`-o short-iso`, `-o json --all`), no faster than they are read. Ends with
 * `signal`. Errors, before anything is read: INVALID (the pattern), UNAVAILABLE; after that the stream fails.
 */
export async function exportJournal(
  place: JournalPlace,
  filter: JournalFilter,
  format: JournalFormat,
  signal: AbortSignal,
): Promise<Readable> {
  signal.throwIfAborted();
  const [file, ...options] = JOURNALCTL;
  const child = spawn(file, [...options, place, ...OUTPUTS[format], ...filterArguments(filter)], {
    env: { NODE_ENV: "production", LANG: "C.UTF-8", ...JOURNALCTL_ENVIRONMENT },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const complaints = new JournalComplaints();
  child.stderr.on("data", (chunk: Buffer) => {
    for (const line of chunk.toString("utf8").split("\n")) if (line !== "") complaints.take(line);
  });
  const ended = once(child, "close");
  // Told below, to whoever reads; nobody may be reading any more.
  ended.catch(() => undefined);
  const onAbort = () => child.kill("SIGTERM");
  signal.addEventListener("abort", onAbort);
  void ended.catch(() => undefined).then(() => signal.removeEventListener("abort", onAbort));
  const chunks = child.stdout[Symbol.asyncIterator]();
  const first = await chunks.next();
  const check = async () => {
    await ended;
    if (!signal.aborted) complaints.throwUnlessRead({ exitCode: child.exitCode, anything: false });
  };
  if (first.done) await check();
  return Readable.from(
    (async function* () {
      try {
        for (let next = first; !next.done; next = await chunks.next()) yield next.value;
        await check();
      } finally {
        child.kill("SIGTERM");
      }
    })(),
  );
}
