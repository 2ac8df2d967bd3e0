"use client";

import { useCallback, useMemo, useRef, useState } from "react";

import type { MachineQuery, MachineSort } from "@/lib/filter-machines";
import type { Machine } from "@/lib/machine";
import { NOTHING_SELECTED, toggleAllRows, toggleRow } from "@/lib/row-selection";
import { sortMachines } from "@/lib/sort-machines";
import { liveMetrics } from "../metrics/live-metrics";
import { useNow } from "../ui/use-now";

/** Rows that moved with every reading of what they use could not be clicked. */
const RESORT_MS = 5000;

export interface MachineTable {
  /** In the order shown. */
  rows: readonly Machine[];
  sort: MachineSort;
  descending: boolean;
  /** By this column; the other way round where it is sorted by it already. */
  sortBy: (sort: MachineSort) => void;
  /** By name, also those that are not shown. */
  selected: ReadonlySet<string>;
  toggle: (name: string, withShift: boolean) => void;
  toggleAll: () => void;
  clearSelection: () => void;
}

/** The list's rows in order, and which are selected. `machines` come sorted by name, which decides between equals. */
export function useMachineTable(
  machines: readonly Machine[],
  { sort, descending }: MachineQuery,
  onChange: (change: Partial<MachineQuery>) => void,
): MachineTable {
  const [selection, setSelection] = useState(NOTHING_SELECTED);
  const beat = useNow(sort === "cpu" || sort === "memory" ? RESORT_MS : null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each beat what they use is looked at again.
  const rows = useMemo(() => sortMachines(machines, sort, descending, presentUse), [machines, sort, descending, beat]);
  const order = useRef<string[]>([]);
  order.current = rows.map(({ name }) => name);
  const toggle = useCallback(
    (name: string, withShift: boolean) => setSelection((before) => toggleRow(before, order.current, name, withShift)),
    [],
  );
  return {
    rows,
    sort,
    descending,
    sortBy: (column) => onChange({ sort: column, descending: column === sort && !descending }),
    selected: selection.names,
    toggle,
    toggleAll: () => setSelection((before) => toggleAllRows(before, order.current)),
    clearSelection: () => setSelection(NOTHING_SELECTED),
  };
}

/** Of a machine that has stopped the last that was told is not what it uses now. */
function presentUse({ name, leaderPid }: Machine) {
  return leaderPid === null ? undefined : liveMetrics.of(name).at(-1);
}
