import { z } from "zod";
import { AppError } from "@/lib/errors";
import type { Finding } from "@/lib/findings";
import type { WhyFailed } from "@/lib/machine";
import { hostJournalDirectory } from "@/server/systemd/host-journal";
import type { JournalLine } from "@/server/systemd/journal";
import { JOURNALCTL } from "@/server/systemd/journalctl";
import type { Deps } from "../deps";
import { nspawnUnit } from "../world/merge-machine";
import { finding, findProblems, isWarning } from "./findings";
import { linesOfLastRun } from "./last-run";
import { requireHost } from "./require-machine";

const MAX_LINES = 200;
const unitSchema = z.object({
  LoadState: z.string(),
  ActiveState: z.string(),
  Result: z.string(),
  ExecMainStatus: z.coerce.number(),
  InvocationID: z.string(),
});
type UnitFacts = z.infer<typeof unitSchema>;

/**
 * Why the last start of a machine failed: the unit's Result, the journal of its last run, and what that says in plain words.
 * `result` is null and `findings` empty where nothing failed. Errors: NOT_FOUND where nothing is known of such a machine.
 */
export async function whyFailed(deps: Deps, name: string, signal?: AbortSignal): Promise<WhyFailed> {
  requireHost(deps.world);
  const row = deps.world.machine(name);
  const unit = row?.image === null && row.unit ? row.unit : nspawnUnit(name);
  const facts = await readUnit(deps, unit, signal);
  await syncJournal(deps, signal);
  const lines = await readLastRun(deps, unit, facts, signal);
  if (!row && lines.length === 0) {
    throw new AppError("NOT_FOUND", `There is no machine or image named ${name} on this host.`, {
      hint: "It may have been removed or renamed. Look at the list.",
    });
  }
  const refused = refusals(facts, unit);
  const result = refused.length > 0 ? null : resultOf(facts, lines);
  const findings = refused.length > 0 ? refused : findProblems(lines.map(({ entry }) => entry.message));
  const failed = result !== null || findings.some((one) => !isWarning(one) && isRefusal(one));
  return {
    unit,
    result,
    exitStatus: result === null || facts.ExecMainStatus === 0 ? null : facts.ExecMainStatus,
    at: lines.at(-1)?.entry.at ?? null,
    journal: lines.map(({ entry }) => entry),
    findings: failed ? withLastWords(findings, lines) : [],
  };
}

/** `systemctl show`: unlike GetUnit it tells of units that are not loaded, and why they cannot be. */
async function readUnit(deps: Deps, unit: string, signal?: AbortSignal): Promise<UnitFacts> {
  const properties = Object.keys(unitSchema.shape).join(",");
  const shown = await deps.system.run(["/usr/bin/systemctl", "show", `--property=${properties}`, "--", unit], {
    timeoutMs: 5000,
    ...(signal && { signal }),
  });
  const fields = shown.stdout
    .toString("utf8")
    .split("\n")
    .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]);
  const parsed = unitSchema.safeParse(Object.fromEntries(fields));
  if (!parsed.success) {
    throw new AppError("INTERNAL", `systemctl did not tell about ${unit}.`, { cause: parsed.error });
  }
  return parsed.data;
}

/** What nspawn said last, journald may take in only after systemd has told of its end: the reason would be missing. */
async function syncJournal(deps: Deps, signal?: AbortSignal): Promise<void> {
  const options = { timeoutMs: 5000, ...(signal && { signal }) };
  await deps.system.run([...JOURNALCTL, "--sync"], options).catch((error: unknown) => {
    signal?.throwIfAborted();
    deps.log.warn({ err: error }, "journald was not asked to take in what was said so far");
  });
}

/** Lines of the last run. A unit that is not loaded any more has forgotten its invocation; the journal has not. */
async function readLastRun(deps: Deps, unit: string, facts: UnitFacts, signal?: AbortSignal): Promise<JournalLine[]> {
  const { InvocationID: id } = facts;
  // Of a journal that is named, --boot is the last in it; else it goes by the kernel's boot ID, another one where the host is a container.
  const boot = id === "" ? [`--directory=${await hostJournalDirectory()}`, "--boot"] : [];
  const matches = [...boot, ...aboutUnit(unit)];
  const lines = await deps.system.readJournal({ matches, limit: MAX_LINES, ...(signal && { signal }) });
  return linesOfLastRun(lines, id);
}

/**
 * Like --unit, but all that root says of the unit, not PID 1 alone: of what could not even be executed its child tells, of which
 * journald may know nothing any more when it reads that.
 */
function aboutUnit(unit: string): string[] {
  return [`_SYSTEMD_UNIT=${unit}`, "+", `UNIT=${unit}`, "_UID=0"];
}

function resultOf({ ActiveState, Result }: UnitFacts, lines: readonly JournalLine[]): string | null {
  if (ActiveState === "failed") return Result;
  if (ActiveState !== "inactive") return null;
  return (
    lines.map(({ entry }) => /: Failed with result '([\w-]+)'\.$/.exec(entry.message)?.[1]).findLast(Boolean) ?? null
  );
}

/** What PID 1 refuses without a run: what the runs before died of has no part in it. */
function refusals({ LoadState }: UnitFacts, unit: string): Finding[] {
  if (LoadState === "masked") return [finding("unitMasked", unit)];
  if (LoadState === "bad-setting" || LoadState === "error") return [finding("unitBroken", LoadState)];
  return [];
}

const REFUSALS: readonly Finding["code"][] = ["unitMasked", "unitBroken", "conditionUnmet", "assertionFailed"];

function isRefusal({ code }: Finding): boolean {
  return REFUSALS.includes(code);
}

/** Where no message is known, the last line before systemd's own is what there is to go by. */
function withLastWords(findings: Finding[], lines: readonly JournalLine[]): Finding[] {
  if (findings.some((one) => !isWarning(one))) return findings;
  const last = lines.findLast(({ entry }) => entry.identifier !== "systemd")?.entry.message;
  return last === undefined ? findings : [finding("unknown", last), ...findings];
}
