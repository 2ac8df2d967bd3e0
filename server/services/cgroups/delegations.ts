import { AppError } from "@/lib/errors";
import type { RawCgroup, RawTree } from "@/server/systemd/cgroup-tree";
import type { MachineBuses, MachineRef } from "@/server/systemd/machine-bus";
import { MachineManager } from "@/server/systemd/machine-manager";

/** A tree does not wait longer for it: the marker is then left unknown. */
const PATIENCE_MS = 500;
/** Who could not be asked is asked again no sooner. */
const RETRY_MS = 5000;
/** Machines whose answers are kept. */
const MAX_MACHINES = 128;

/**
 * Which groups of a machine are delegated. systemd-cgls reads it from an extended attribute of the group's directory, which Node cannot:
 * the machine's manager, who sets that attribute from the unit's Delegate=, is asked instead, once for each start of a unit.
 */
export interface Delegations {
  /** Paths of those that are known to be. What is not known yet is asked for, and told the next time. */
  in(tree: RawTree): ReadonlySet<string>;
  /** Asks for what is not known yet. Who cannot be asked, or does not answer soon, is left unknown. */
  learn(tree: RawTree): Promise<void>;
  /** Opens the way to who will be asked, where nothing is known yet, while the tree is being read. */
  prepare(): void;
}

type UnitGroup = RawCgroup & { unit: string; startId: number };

const machines = new WeakMap<MachineBuses, Map<string, { leaderPid: number; delegations: Delegations }>>();

/** Those of a machine's present run: what was learned is kept between two who look. */
export function delegationsOf(buses: MachineBuses, { name, leaderPid }: MachineRef): Delegations {
  const known = machines.get(buses) ?? new Map<string, { leaderPid: number; delegations: Delegations }>();
  machines.set(buses, known);
  const before = known.get(name);
  if (before?.leaderPid === leaderPid) return before.delegations;
  known.delete(name);
  const [oldest] = known.keys();
  if (oldest !== undefined && known.size >= MAX_MACHINES) known.delete(oldest);
  const delegations = createDelegations(buses, { name, leaderPid });
  known.set(name, { leaderPid, delegations });
  return delegations;
}

function createDelegations(buses: MachineBuses, machine: MachineRef): Delegations {
  const known = new Map<string, boolean>();
  /** Those who look wait together, for as long as the first may. */
  let asking: Promise<void> | null = null;
  let waiting: Promise<void> = Promise.resolve();
  let notBefore = 0;

  function refused(error: unknown): void {
    // Without systemd or D-Bus there is nobody to ask, for as long as this leader lives.
    const never = error instanceof AppError && error.code === "PRECONDITION";
    notBefore = never ? Number.POSITIVE_INFINITY : performance.now() + RETRY_MS;
  }

  async function ask(groups: readonly UnitGroup[]): Promise<void> {
    try {
      const lease = await buses.acquire(machine);
      try {
        const manager = new MachineManager(lease.bus);
        const answers = await Promise.all(groups.map(({ unit }) => isDelegated(manager, unit)));
        for (const [index, group] of groups.entries()) known.set(keyOf(group), answers[index] === true);
      } finally {
        lease.release();
      }
    } catch (error) {
      refused(error);
      if (!(error instanceof AppError)) throw error;
    }
  }

  function learn(groups: readonly UnitGroup[]): Promise<void> {
    const keys = new Set(groups.map(keyOf));
    for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
    const unknown = groups.filter((group) => !known.has(keyOf(group)));
    if (unknown.length === 0 || performance.now() < notBefore) return Promise.resolve();
    if (asking === null) {
      asking = ask(unknown).finally(() => {
        asking = null;
      });
      waiting = withPatience(asking);
    }
    return waiting;
  }

  return {
    in(tree) {
      const groups = unitGroups(tree.root);
      learn(groups).catch(() => undefined);
      return new Set(groups.filter((group) => known.get(keyOf(group))).map(({ path }) => path));
    },
    learn: (tree) => learn(unitGroups(tree.root)),
    prepare() {
      if (known.size > 0 || asking !== null || performance.now() < notBefore) return;
      // Whoever asks next finds it open, or being opened.
      buses.acquire(machine).then(({ release }) => release(), refused);
    },
  };
}

async function withPatience(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([work, enough]).finally(() => clearTimeout(timer));
}

/** A unit that has gone meanwhile is not. */
async function isDelegated(manager: MachineManager, unit: string): Promise<boolean> {
  try {
    return await manager.delegate(unit);
  } catch (error) {
    if (error instanceof AppError && error.code === "NOT_FOUND") return false;
    throw error;
  }
}

function keyOf({ path, startId }: UnitGroup): string {
  return `${startId} ${path}`;
}

function unitGroups(group: RawCgroup): UnitGroup[] {
  const { unit, startId } = group;
  const own = unit !== null && startId !== null ? [{ ...group, unit, startId }] : [];
  return [...own, ...group.children.flatMap(unitGroups)];
}
