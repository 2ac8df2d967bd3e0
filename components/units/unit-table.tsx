"use client";

import { useTranslations } from "next-intl";
import { useRef } from "react";

import type { Unit } from "@/lib/units";
import { Table, TableHead, TablePanel } from "../ui/table";
import { useNarrow } from "../ui/use-narrow";
import { Gap, useShownRows } from "../ui/use-shown-rows";
import { UnitDetailsRow } from "./unit-details";
import { UnitRow } from "./unit-row";

const ROW_PX = 44;
const COMPACT_ROW_PX = 72;
const COMPACT_BELOW_PX = 640;

interface UnitTableProps {
  machine: string;
  units: readonly Unit[];
  /** The unit whose details are shown. */
  open: string | null;
  onOpen: (unit: string | null) => void;
  /** To the details of another unit. */
  onGo: (unit: string) => void;
}

/** The units in their order, the details of one of them below its row. */
export function UnitTable({ machine, units, open, onOpen, onGo }: UnitTableProps) {
  const t = useTranslations("units");
  const panel = useRef<HTMLDivElement>(null);
  const compact = useNarrow(panel, COMPACT_BELOW_PX);
  // The details are a row of their own.
  const at = units.findIndex(({ unit }) => unit === open);
  const count = units.length + (at === -1 ? 0 : 1);
  const { shown, before, after, measure, watcher } = useShownRows(panel, count, compact ? COMPACT_ROW_PX : ROW_PX);
  return (
    <TablePanel ref={panel} className="overflow-clip">
      {watcher}
      <Table className="table-fixed" aria-label={t("units")} aria-rowcount={count + 1}>
        <thead className="sticky top-0 z-1 bg-panel shadow-[inset_0_-1px_var(--line)]">
          <tr>
            <TableHead className="border-b-0">{t("unit")}</TableHead>
            {compact ? null : (
              <>
                <TableHead className="w-[36%] border-b-0">{t("description")}</TableHead>
                <TableHead className="w-64 border-b-0">{t("state")}</TableHead>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          <Gap heightPx={before} />
          {shown.map((index) => {
            const isDetails = at !== -1 && index === at + 1;
            const unit = units[at !== -1 && index > at ? index - 1 : index];
            if (!unit) return null;
            const row = { ref: measure, "data-index": index, "aria-rowindex": index + 2 };
            return isDetails ? (
              <UnitDetailsRow
                key={`details of ${unit.unit}`}
                machine={machine}
                unit={unit}
                columns={compact ? 1 : 3}
                onGo={onGo}
                {...row}
              />
            ) : (
              <UnitRow
                key={unit.unit}
                unit={unit}
                compact={compact}
                open={unit.unit === open}
                onOpen={onOpen}
                {...row}
              />
            );
          })}
          <Gap heightPx={after} />
        </tbody>
      </Table>
    </TablePanel>
  );
}
