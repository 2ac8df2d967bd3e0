"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef } from "react";

import { type CgroupQuery, type CgroupRow, relativePath, type SortKey } from "@/lib/cgroup-view";
import type { CgroupSample } from "@/lib/cgroups";
import type { Machine } from "@/lib/machine";
import { cn } from "@/lib/utils";
import { useMay } from "../shell/use-me";
import { Table, TableHead, TablePanel } from "../ui/table";
import { useNarrow } from "../ui/use-narrow";
import { Gap, useShownRows } from "../ui/use-shown-rows";
import { CgroupTableRow } from "./cgroup-row";
import type { SignalSubject } from "./signal-dialog";
import { useTreeKeys } from "./use-tree-keys";

const ROW_PX = 36;
const COMPACT_ROW_PX = 56;
const COMPACT_BELOW_PX = 760;
const FIGURES: readonly { key: SortKey; width: string }[] = [
  { key: "cpu", width: "w-20" },
  { key: "memory", width: "w-24" },
  { key: "tasks", width: "w-18" },
  { key: "pressure", width: "w-28" },
];

interface CgroupTableProps {
  machine: Machine;
  root: CgroupSample;
  rows: readonly CgroupRow[];
  query: CgroupQuery;
  onChange: (change: Partial<CgroupQuery>) => void;
  onSignal: (subject: SignalSubject, from: HTMLElement | null) => void;
}

/** The tree of systemd-cgls as a treegrid: a row for each control group and each process. */
export function CgroupTable({ machine, root, rows, query, onChange, onSignal }: CgroupTableProps) {
  const t = useTranslations("processes");
  const panel = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const compact = useNarrow(panel, COMPACT_BELOW_PX);
  const mayAct = useMay("operator");
  const { shown, before, after, measure, scrollTo, watcher } = useShownRows(
    panel,
    rows.length,
    compact ? COMPACT_ROW_PX : ROW_PX,
  );
  const fold = (key: string, open: boolean) => {
    const path = key.slice(root.path.length + 1);
    onChange({ closed: open ? query.closed.filter((one) => one !== path) : [...query.closed, path] });
  };
  const keys = useTreeKeys({ body, rows, onOpen: fold, scrollTo });
  return (
    <TablePanel ref={panel} className="overflow-clip">
      {watcher}
      <Table
        role="treegrid"
        className="table-fixed"
        aria-label={t("tree", { name: machine.name })}
        aria-rowcount={rows.length + 1}
        onKeyDown={keys.onKeyDown}
      >
        <thead className="sticky top-0 z-1 bg-panel shadow-[inset_0_-1px_var(--line)]">
          <tr>
            <SortHead column="name" query={query} onChange={onChange} />
            {compact ? null : (
              <>
                <TableHead className="w-32 border-b-0">{t("pid")}</TableHead>
                <TableHead className="w-36 border-b-0">{t("user")}</TableHead>
                {FIGURES.map(({ key, width }) => (
                  <SortHead
                    key={key}
                    column={key}
                    query={query}
                    onChange={onChange}
                    className={cn("text-right", width)}
                  />
                ))}
              </>
            )}
            {mayAct ? (
              <TableHead className="w-12 border-b-0">
                <span className="sr-only">{t("actions")}</span>
              </TableHead>
            ) : null}
          </tr>
        </thead>
        <tbody ref={body}>
          <Gap heightPx={before} />
          {shown.map((index) => {
            const row = rows[index];
            return row ? (
              <CgroupTableRow
                key={row.key}
                row={row}
                topmost={root}
                compact={compact}
                active={row.key === keys.active}
                mayAct={mayAct}
                foldable={row.kind === "group" && relativePath(root, row.group) !== ""}
                onFold={fold}
                onSignal={onSignal}
                ref={measure}
                data-index={index}
                data-key={row.key}
                aria-rowindex={index + 2}
                onFocus={() => keys.onFocus(row.key)}
              />
            ) : null;
          })}
          <Gap heightPx={after} />
        </tbody>
      </Table>
    </TablePanel>
  );
}

interface SortHeadProps {
  column: SortKey;
  query: CgroupQuery;
  onChange: (change: Partial<CgroupQuery>) => void;
  className?: string;
}

/** A column's name that orders the tree by it: the largest first, then the smallest, then as systemd-cgls has it. */
function SortHead({ column, query: { sort, reverse }, onChange, className }: SortHeadProps) {
  const t = useTranslations("processes");
  const on = sort === column;
  // Names begin with A, figures with the largest.
  const ascending = (column === "name") !== reverse;
  const Arrow = ascending ? ArrowUp : ArrowDown;
  const next = () => {
    if (!on) onChange({ sort: column, reverse: false });
    else if (!reverse) onChange({ reverse: true });
    else onChange({ sort: "tree", reverse: false });
  };
  return (
    <TableHead
      className={cn("border-b-0", className)}
      {...(on && { "aria-sort": ascending ? ("ascending" as const) : ("descending" as const) })}
    >
      <button type="button" className="inline-flex items-center gap-1 hover:text-ink" onClick={next}>
        {t(column === "tree" ? "asTool" : column)}
        {on ? <Arrow aria-hidden className="size-3" /> : null}
      </button>
    </TableHead>
  );
}
