import { AppError } from "@/lib/errors";
import { findJournalFiles, type JournalFiles, leaderRoot } from "@/server/systemd/journal-files";
import type { JournalPlace } from "@/server/systemd/journalctl";
import { inspectInit } from "@/server/systemd/leader";
import { hasTreeDirectory } from "@/server/systemd/machine-tree";
import { findStoppedJournal } from "@/server/systemd/stopped-journal";
import type { Deps } from "../deps";
import { requireMachine } from "../machines/require-machine";

export type JournalDeps = Pick<Deps, "world">;

/** Why a journal cannot be read, for the page to say in the reader's language. */
export type JournalRefusal = "no-journal" | "keeps-none" | "no-systemd" | "disk" | "vm" | "links" | "booting";

/** journald begins its first file within the first moments of a boot; without one for longer than this it keeps none. */
const BEGINS_WITHIN_MS = 30_000;

/** Where a machine's journal is read at the moment. */
export interface JournalSource {
  place: JournalPlace;
  /** Null where it does not run, and nothing more is written. */
  leaderPid: number | null;
}

/**
 * The journal of a machine: through machined while it runs, as files of its tree, or of the host, while it does not.
 * Errors: NOT_FOUND, UNAVAILABLE, and PRECONDITION with a JournalRefusal as its reason.
 *
 * The machine's root may put a link among its files after this has looked: journalctl would open it, as it opens every file that comes
 * while it follows. So whoever reads has this look each time it begins. What is left is the time between a look and the next, in
 * which lines of another journal of the host could be shown to people who are signed in here; to nobody else, and nothing is written.
 */
export async function findJournal(deps: JournalDeps, name: string): Promise<JournalSource> {
  const machine = requireMachine(deps, name);
  if (machine.class === "vm") {
    throw refuse("vm", `${name} is a virtual machine: its journal cannot be read from the host.`, {
      hint: "Look into it over SSH, or through its console.",
    });
  }
  if (machine.service !== null) {
    const { leaderPid } = machine;
    if (leaderPid === null) throw booting(name);
    const files = await findJournalFiles(leaderRoot(leaderPid), { running: true });
    if (files === "none") throw await explainNone(name, leaderPid, machine.since);
    requireFiles(name, files);
    return { place: `--machine=${name}`, leaderPid };
  }
  const root = machine.rootDirectory;
  if (root === null || !(await hasTreeDirectory(root, "/"))) {
    throw refuse("disk", `${name} is a disk image: its journal can be read while it runs.`, {
      hint: "Start it, or run journalctl --image= with its path on the host.",
    });
  }
  const { files, directory } = await findStoppedJournal(root);
  requireFiles(name, files);
  return { place: `--directory=${directory}`, leaderPid: null };
}

/** Why a machine that runs has no files. */
async function explainNone(name: string, leaderPid: number, since: string | null): Promise<AppError> {
  const init = await inspectInit(leaderPid);
  // It has gone since it was looked up, and may come back as another.
  if (init === null) return booting(name);
  if (!init.systemd) {
    return refuse("no-systemd", `${name} does not run systemd as its init, and so has no journal.`, {
      hint: "Machines started with --boot, or by machinectl start, run one.",
    });
  }
  if (since !== null && Date.now() - Date.parse(since) < BEGINS_WITHIN_MS) return booting(name);
  return refuse("keeps-none", `${name} runs without a journal.`, {
    hint: "Its journald keeps none (Storage=none), or does not run: look at systemd-journald.service inside the machine.",
  });
}

function booting(name: string): AppError {
  const reason: JournalRefusal = "booting";
  return new AppError("UNAVAILABLE", `${name} is only just starting.`, { hint: "Try again in a moment.", reason });
}

function requireFiles(name: string, files: JournalFiles): void {
  if (files === "there") return;
  if (files === "links") {
    throw refuse("links", `The journal of ${name} has links in it, which could lead out of the machine.`, {
      hint: "Put regular files and directories in their place: /var/log/journal of the machine, what is in it, and what leads there.",
    });
  }
  throw refuse("no-journal", `${name} has no journal on disk.`, {
    hint: "It has never booted, or its journald keeps the journal in memory only (Storage=volatile), where it is gone with the machine.",
  });
}

function refuse(reason: JournalRefusal, message: string, { hint }: { hint: string }): AppError {
  return new AppError("PRECONDITION", message, { hint, reason });
}
