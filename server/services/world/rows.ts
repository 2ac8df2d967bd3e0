import type { Machine, MachineEvent } from "@/lib/machine";

/** The rows as they were last told. Changing them answers with the event to tell, or null where nothing really changed. */
export class Rows {
  readonly #rows = new Map<string, Machine>();

  get(name: string): Machine | undefined {
    return this.#rows.get(name);
  }

  names(): string[] {
    return [...this.#rows.keys()];
  }

  sorted(): Machine[] {
    return [...this.#rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** True where a machine runs. */
  anyRunning(): boolean {
    for (const row of this.#rows.values()) if (row.leaderPid !== null) return true;
    return false;
  }

  put(row: Machine): MachineEvent | null {
    const before = this.#rows.get(row.name);
    const machine = { ...row, stateSince: stateSince(before, row) };
    if (before && JSON.stringify(before) === JSON.stringify(machine)) return null;
    this.#rows.set(machine.name, machine);
    return { type: "upsert", machine };
  }

  drop(name: string): MachineEvent | null {
    return this.#rows.delete(name) ? { type: "remove", name } : null;
  }
}

/** A state that was there when we first looked began before: only a running machine tells when. */
function stateSince(before: Machine | undefined, row: Machine): string | null {
  if (!before) return row.since;
  return before.state === row.state ? before.stateSince : new Date().toISOString();
}
