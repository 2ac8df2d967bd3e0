import { basename } from "node:path";

import { AppError } from "@/lib/errors";
import type { JournalProblem } from "@/lib/journal";

const MAX_LINES = 50;
/** What journalctl says of files it leaves out, and goes on (journal_access_check_and_warn()). */
const IGNORED: readonly [RegExp, JournalProblem["problem"]][] = [
  [/^Journal file (.+) corrupted, ignoring file\.$/, "corrupted"],
  [/^Journal file (.+) is truncated, ignoring file\.$/, "truncated"],
  [/^Journal file (.+) uses an unsupported feature, ignoring file\.$/, "unsupported"],
  [/^An error was encountered while opening journal file or directory (.+), ignoring file: .+$/, "unreadable"],
];
/**
 * What it says at its debug level alone of an entry that is damaged, or a file that is from there on, and goes on (journal-file.c,
 * sd-journal.c). Where it comes upon one on its way to a cursor, it begins before the damage, and leaves out all between.
 */
const DAMAGE =
  /bad, skipping over it|^Skipping message we can't read|^Can'?n?o?t iterate through |^Encountered invalid entry while bisecting/i;
/** With LOG_TARGET=console-prefixed: `<facility * 8 + level>`. */
const PREFIX = /^<(\d+)>/;
const DEBUG = 7;
/** Follows "unsupported", and tells of an option for developers. */
const ASIDE = /^Use SYSTEMD_LOG_LEVEL=debug journalctl/;
/** There may be files that were left out told before it. */
const BAD_PATTERN = /^(?:Bad pattern "[\s\S]*": |Pattern matching failed: |Compiled without pattern matching)(.*)$/m;
const BAD_RANGE = /^--since= must be before --until=/m;
const VERIFY =
  "journalctl --verify tells which part of it is damaged. Rotated or removed, the file no longer stands in the way.";

/** What journalctl wrote to its standard error. */
export class JournalComplaints {
  readonly #lines: string[] = [];
  #damage: string | null = null;

  /** With the prefix of its level or without; of its debug messages only damage is heard. */
  take(line: string): void {
    const text = line.replace(PREFIX, "");
    if (text !== line && levelOf(line) === DEBUG) {
      if (DAMAGE.test(text)) this.#damage ??= text;
    } else if (this.#lines.length < MAX_LINES) this.#lines.push(text);
  }

  /** Files that were left out, or not read to their end. */
  get problems(): JournalProblem[] {
    const damage = this.#damage === null ? [] : [{ file: null, problem: "damaged", text: this.#damage } as const];
    const told = this.#lines
      .filter((line) => !ASIDE.test(line))
      .map((text): JournalProblem => {
        for (const [pattern, problem] of IGNORED) {
          const path = pattern.exec(text)?.[1];
          if (path !== undefined) return { file: basename(path), problem, text };
        }
        return { file: null, problem: "unreadable", text };
      });
    return [...told, ...damage];
  }

  /**
   * After journalctl ended like this: what has been read counts, with the reason beside it; else the reason is the error. Where
   * nothing matches --grep it exits with 1, as grep does, and says nothing.
   */
  throwUnlessRead({ exitCode, anything }: { exitCode: number | null; anything: boolean }): void {
    const text = this.#lines.join("\n");
    const pattern = BAD_PATTERN.exec(text);
    if (pattern) {
      throw new AppError("INVALID", `The pattern is not understood: ${pattern[1] || text}.`, {
        reason: "bad-pattern",
        hint: "It is a regular expression (PCRE2), as journalctl --grep takes it.",
      });
    }
    if (BAD_RANGE.test(text)) {
      throw new AppError("INVALID", "The range of time ends before it begins.", {
        hint: "Choose a later end, or an earlier beginning.",
      });
    }
    if (anything && exitCode !== 0 && text === "") this.take(`journalctl ended early (${exitCode ?? "killed"})`);
    if (anything || exitCode === 0 || (exitCode === 1 && text === "")) return;
    throw new AppError("UNAVAILABLE", `The journal could not be read: ${text || "journalctl failed"}`, {
      hint: /corrupted|Bad message|iterate/.test(text) ? VERIFY : "Try again in a moment.",
    });
  }
}

function levelOf(line: string): number {
  return Number(PREFIX.exec(line)?.[1] ?? Number.NaN) % 8;
}
