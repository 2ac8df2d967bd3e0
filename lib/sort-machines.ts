import { compareNames, type MachineSort, STATE_ORDER } from "./filter-machines";
import type { Machine } from "./machine";

/** What a machine uses at the moment; undefined where nobody knows. */
export type UseOf = (machine: Machine) => { cpuPercent: number | null; memoryBytes: number | null } | undefined;

/** What each column is sorted by; undefined where there is nothing to compare. */
const SORT_VALUES: Record<MachineSort, (machine: Machine, useOf: UseOf) => string | number | undefined> = {
  name: ({ name }) => name,
  state: ({ state }) => STATE_ORDER.indexOf(state),
  uptime: ({ since }) => (since === null ? undefined : -Date.parse(since)),
  os: ({ os }) => (os ? `${os.name} ${os.version ?? ""}` : undefined),
  address: ({ addresses }) => addresses[0],
  cpu: (machine, useOf) => useOf(machine)?.cpuPercent ?? undefined,
  memory: (machine, useOf) => useOf(machine)?.memoryBytes ?? undefined,
  boot: ({ enabled }) => (enabled ? 0 : 1),
};

/** In the order of a column. Equals stay in the order they come in, and what has nothing to compare comes last, either way. */
export function sortMachines(
  machines: readonly Machine[],
  sort: MachineSort,
  descending: boolean,
  useOf: UseOf = () => undefined,
): Machine[] {
  const sortValue = SORT_VALUES[sort];
  return machines
    .map((machine) => ({ machine, value: sortValue(machine, useOf) }))
    .sort(({ value: left }, { value: right }) => {
      if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
      return compareValues(left, right) * (descending ? -1 : 1);
    })
    .map(({ machine }) => machine);
}

function compareValues(left: string | number, right: string | number): number {
  return typeof left === "number" && typeof right === "number"
    ? left - right
    : compareNames(String(left), String(right));
}
