"use client";

import {
  createColumnHelper,
  createSortedRowModel,
  type RowSelectionState,
  rowSelectionFeature,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  type Updater,
  useTable,
} from "@tanstack/react-table";
import { useState } from "react";

import { compareNames, MACHINE_SORTS, type MachineQuery, STATE_ORDER } from "@/lib/filter-machines";
import type { Machine } from "@/lib/machine";

const features = tableFeatures({ rowSortingFeature, rowSelectionFeature, sortedRowModel: createSortedRowModel() });
const helper = createColumnHelper<typeof features, Machine>();

/** What each column is sorted by; undefined, which comes last either way, where there is nothing to compare. */
const SORT_VALUES: Record<(typeof MACHINE_SORTS)[number], (machine: Machine) => string | number | undefined> = {
  name: ({ name }) => name,
  state: ({ state }) => STATE_ORDER.indexOf(state),
  uptime: ({ since }) => (since === null ? undefined : -Date.parse(since)),
  os: ({ os }) => (os ? `${os.name} ${os.version ?? ""}` : undefined),
  address: ({ addresses }) => addresses[0],
  boot: ({ enabled }) => (enabled ? 0 : 1),
};

const columns = helper.columns(
  MACHINE_SORTS.map((id) =>
    helper.accessor(SORT_VALUES[id], {
      id,
      sortUndefined: "last",
      sortDescFirst: false,
      sortFn: (a, b) => {
        const [left, right] = [SORT_VALUES[id](a.original), SORT_VALUES[id](b.original)];
        return typeof left === "number" && typeof right === "number"
          ? left - right
          : compareNames(String(left), String(right));
      },
    }),
  ),
);

function resolve<T>(updater: Updater<T>, before: T): T {
  return updater instanceof Function ? updater(before) : updater;
}

/** The list's rows in order, and which are selected. `machines` come sorted by name, which decides between equals. */
export function useMachineTable(
  machines: readonly Machine[],
  query: MachineQuery,
  onChange: (change: Partial<MachineQuery>) => void,
) {
  const [rowSelection, setRowSelection] = useState<RowSelectionState>({});
  const sorting: SortingState = [{ id: query.sort, desc: query.descending }];
  return useTable({
    features,
    columns,
    data: machines,
    getRowId: ({ name }) => name,
    enableSortingRemoval: false,
    state: { sorting, rowSelection },
    onRowSelectionChange: setRowSelection,
    onSortingChange: (updater) => {
      const [first] = resolve(updater, sorting);
      const sort = MACHINE_SORTS.find((one) => one === first?.id);
      if (first && sort) onChange({ sort, descending: first.desc });
    },
  });
}

export type MachineTable = ReturnType<typeof useMachineTable>;
