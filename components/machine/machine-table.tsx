"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useRef } from "react";

import type { MachineSort } from "@/lib/filter-machines";
import { cn } from "@/lib/utils";
import { useMay } from "../shell/use-me";
import { Checkbox } from "../ui/checkbox";
import { Table, TableHead, TablePanel } from "../ui/table";
import { useNarrow } from "../ui/use-narrow";
import { Gap, useShownRows } from "../ui/use-shown-rows";
import { MachineRow } from "./machine-row";
import { useLive } from "./machines-provider";
import type { MachineTable as TableModel } from "./use-machine-table";

const ROW_PX = 44;
const COMPACT_ROW_PX = 64;
const COMPACT_BELOW_PX = 640;

/** The rows in order. Of a long list only those near the screen exist, between two rows that take the room of the rest. */
export function MachineTable({ table }: { table: TableModel }) {
  const t = useTranslations("machines");
  const live = useLive();
  const mayAct = useMay("operator");
  const panel = useRef<HTMLDivElement>(null);
  const compact = useNarrow(panel, COMPACT_BELOW_PX);
  const { rows } = table;
  const { shown, before, after, measure, watcher } = useShownRows(
    panel,
    rows.length,
    compact ? COMPACT_ROW_PX : ROW_PX,
  );
  return (
    <TablePanel ref={panel} className={cn("@container overflow-clip", !live && "text-ink-3 grayscale")}>
      {watcher}
      <Table className="table-fixed" aria-label={t("machines")} aria-rowcount={rows.length + 1}>
        <thead className="sticky top-0 z-1 bg-panel shadow-[inset_0_-1px_var(--line)]">
          <tr>
            {mayAct ? <CheckAll table={table} compact={compact} /> : null}
            {compact ? <CompactHeads table={table} /> : <WideHeads table={table} />}
            <TableHead className={cn("border-b-0", mayAct ? (compact ? "w-26" : "w-31") : "w-3 px-0")}>
              <span className="sr-only">{t("actions")}</span>
            </TableHead>
          </tr>
        </thead>
        <tbody>
          <Gap heightPx={before} />
          {shown.map((index) => {
            const row = rows[index];
            return row ? (
              <MachineRow
                key={row.name}
                ref={measure}
                data-index={index}
                aria-rowindex={index + 2}
                machine={row}
                selected={mayAct ? table.selected.has(row.name) : undefined}
                onSelect={table.toggle}
                compact={compact}
              />
            ) : null;
          })}
          <Gap heightPx={after} />
        </tbody>
      </Table>
    </TablePanel>
  );
}

function CheckAll({ table, compact }: { table: TableModel; compact: boolean }) {
  const t = useTranslations("machines");
  const all = table.rows.every(({ name }) => table.selected.has(name));
  const some = table.rows.some(({ name }) => table.selected.has(name));
  return (
    <TableHead className={cn("border-b-0", compact ? "w-11 px-0" : "w-9 pr-0")}>
      <Checkbox
        className={
          compact ? "relative mx-auto after:absolute after:-inset-3.5" : "relative block after:absolute after:-inset-2"
        }
        aria-label={t("selectAll")}
        checked={all ? true : some ? "indeterminate" : false}
        onCheckedChange={table.toggleAll}
      />
    </TableHead>
  );
}

function WideHeads({ table }: { table: TableModel }) {
  return (
    <>
      <Head table={table} sorts={["name"]} />
      <Head table={table} sorts={["state", "uptime"]} className="w-48" />
      <Head table={table} sorts={["os"]} className="w-[10.5rem] @max-3xl:hidden" />
      <Head table={table} sorts={["address"]} className="w-40 @max-[60rem]:hidden" />
      <Head table={table} sorts={["cpu"]} end className="w-18 @6xl:w-36" />
      <Head table={table} sorts={["memory"]} end className="w-24" />
      <Head table={table} sorts={["boot"]} className="w-[5.5rem] @max-6xl:hidden" />
    </>
  );
}

function CompactHeads({ table }: { table: TableModel }) {
  return <Head table={table} sorts={["name", "state", "uptime"]} className="px-2" />;
}

interface HeadProps {
  table: TableModel;
  /** What the column can be sorted by. */
  sorts: readonly MachineSort[];
  /** Figures stand at the end of their cells. */
  end?: boolean;
  className?: string;
}

function Head({ table, sorts, end = false, className }: HeadProps) {
  const sorted = sorts.includes(table.sort);
  return (
    <TableHead
      aria-sort={sorted ? (table.descending ? "descending" : "ascending") : undefined}
      className={cn("border-b-0", className)}
    >
      <span className={cn("flex gap-3", end && "justify-end")}>
        {sorts.map((sort) => (
          <SortButton key={sort} table={table} sort={sort} />
        ))}
      </span>
    </TableHead>
  );
}

const SORT_TITLES: Record<MachineSort, string> = {
  name: "name",
  state: "state",
  uptime: "uptime",
  os: "os",
  address: "address",
  cpu: "cpu",
  memory: "memory",
  boot: "atBoot",
};

function SortButton({ table, sort }: { table: TableModel; sort: MachineSort }): ReactNode {
  const t = useTranslations("machines");
  const sorted = table.sort === sort;
  const Icon = table.descending ? ArrowDown : ArrowUp;
  return (
    <button
      type="button"
      title={t("sortBy", { column: t(SORT_TITLES[sort]) })}
      className={cn(
        "relative inline-flex items-center gap-1 after:absolute after:-inset-2 hover:text-ink",
        sorted && "text-ink-2",
      )}
      onClick={() => table.sortBy(sort)}
    >
      {t(SORT_TITLES[sort])}
      {sorted ? <Icon aria-hidden className="size-3" /> : null}
    </button>
  );
}
