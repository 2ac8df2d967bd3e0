import type { BlameEntry, BootJob, BootSummary, BootTimeline, ChainEntry, UnitRelations } from "@/lib/boot";
import { toChainEntry, toTimelineUnit } from "@/lib/boot";
import { blame, bootSpans, type ChainNode, chainUnits, criticalChain, targetTime } from "@/lib/boot-graph";
import { AppError } from "@/lib/errors";
import type { UnitRef } from "@/lib/units";
import type { Job, MachineManager } from "@/server/systemd/machine-manager";
import { type LinkDeps, withManager } from "../inside/machine-link";
import { type BootData, readBoot } from "./read-boot";

/** A boot that hangs may have queued every unit. */
const MAX_JOBS = 100;

/** `systemd-analyze time`. */
export async function readBootSummary(deps: LinkDeps, name: string): Promise<BootSummary> {
  return withManager(deps, name, async (manager) => summarise(await readBoot(manager)));
}

/** `systemd-analyze blame`; also of a boot that goes on. */
export async function readBlame(deps: LinkDeps, name: string): Promise<BlameEntry[]> {
  return withManager(deps, name, async (manager) => blameOf(await readBoot(manager)));
}

export function blameOf({ units }: Pick<BootData, "units">): BlameEntry[] {
  return blame(units).map(({ unit, took }) => ({ unit, activatingUsec: took }));
}

/** `systemd-analyze critical-chain [UNIT]`. Errors: NOT_FOUND where no such unit is loaded. */
export async function readCriticalChain(
  deps: LinkDeps,
  { name, unit }: { name: string; unit?: string | undefined },
): Promise<ChainEntry> {
  return withManager(deps, name, async (manager) => {
    const data = await readBoot(manager);
    const root = unit === undefined ? data.target : await loadedId(manager, data, { name, unit });
    return toChainEntry(await chainOf(manager, data, root));
  });
}

/** What `systemd-analyze plot` draws: every unit that was started, and what the default target waited for. */
export async function readTimeline(deps: LinkDeps, name: string): Promise<BootTimeline> {
  return withManager(deps, name, async (manager) => {
    const data = await readBoot(manager);
    const { times, units, rows } = data;
    const span = (from: number, to: number): [number, number] | null =>
      from > 0 && to >= from ? [from - times.userspace, to - times.userspace] : null;
    return {
      ...summarise(data),
      startUsec: 0,
      generatorsUsec: span(times.generatorsStart, times.generatorsFinish),
      unitsLoadUsec: span(times.unitsLoadStart, times.unitsLoadFinish),
      units: units.map((unit) => toTimelineUnit(unit, rows.get(unit.unit)?.active ?? "inactive", times)),
      critical: chainUnits(await chainOf(manager, data, data.target)),
      failedUnits: failedUnits(data),
    };
  });
}

export function failedUnits({ rows }: Pick<BootData, "rows">): string[] {
  return [...rows.values()].filter((row) => row.active === "failed").map((row) => row.unit);
}

/** A unit's ordering and requirement dependencies. Errors: NOT_FOUND where no such unit is loaded. */
export async function readRelations(deps: LinkDeps, ref: UnitRef): Promise<UnitRelations> {
  return withManager(deps, ref.name, async (manager) => {
    const rows = new Map((await manager.listAllUnits()).map((row) => [row.unit, row]));
    const unit = await loadedId(manager, { rows }, ref);
    const [after, before, requires, wants] = await Promise.all([
      manager.related(unit, "After"),
      manager.related(unit, "Before"),
      manager.related(unit, "Requires"),
      manager.related(unit, "Wants"),
    ]);
    return { after, before, requires, wants };
  });
}

function summarise(data: BootData): BootSummary {
  const { times, now, target, targetReached, jobs } = data;
  const finished = times.finish > 0;
  const spans = bootSpans(times, finished ? times.finish : now);
  return {
    finished,
    firmwareUsec: spans.firmware,
    loaderUsec: spans.loader,
    kernelUsec: spans.kernel,
    initrdUsec: spans.initrd,
    userspaceUsec: finished ? spans.userspace : null,
    finishUsec: finished ? times.finish - times.userspace : null,
    elapsedUsec: finished ? null : spans.userspace,
    target,
    targetUsec: targetTime(times, targetReached),
    jobs: toBootJobs(jobs),
  };
}

/** Those that run first: the others wait for them. */
export function toBootJobs(jobs: readonly Job[]): BootJob[] {
  return [...jobs]
    .sort((a, b) => Number(b.state === "running") - Number(a.state === "running") || a.id - b.id)
    .slice(0, MAX_JOBS)
    .map(({ unit, type, state }) => ({ unit, type, state }));
}

function chainOf(manager: MachineManager, { times, units }: BootData, root: string): Promise<ChainNode> {
  return criticalChain(root, { times, units, readAfter: (unit) => manager.related(unit, "After") });
}

/** The true name of a loaded unit or of an alias of one: asking for any other would load it. */
async function loadedId(
  manager: MachineManager,
  { rows }: Pick<BootData, "rows">,
  { name, unit }: UnitRef,
): Promise<string> {
  if (rows.has(unit)) return unit;
  try {
    return (await manager.details(unit)).unit;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "NOT_FOUND") throw error;
    throw new AppError("NOT_FOUND", `No unit ${unit} is loaded in ${name}.`, {
      hint: "Look at the Units tab.",
      cause: error,
    });
  }
}
