"use client";

import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentProps, memo } from "react";

import type { Unit } from "@/lib/units";
import { cn } from "@/lib/utils";
import { Badge } from "../ui/badge";
import { TableCell, TableRow } from "../ui/table";
import { UnitStateBadge } from "./unit-state-badge";

interface UnitRowProps {
  unit: Unit;
  /** All in one cell, for a narrow list. */
  compact: boolean;
  open: boolean;
  onOpen: (unit: string | null) => void;
}

/** One unit; a click anywhere on its row shows or hides its details. */
export const UnitRow = memo(function UnitRow({
  unit,
  compact,
  open,
  onOpen,
  ...row
}: UnitRowProps & Omit<ComponentProps<"tr">, "onSelect">) {
  return (
    <TableRow className={cn("relative", open && "border-b-0! bg-accent-soft/60")} {...row}>
      <TableCell className={cn("overflow-hidden", compact && "py-2")}>
        <button
          type="button"
          aria-expanded={open}
          title={unit.unit}
          className="flex w-full min-w-0 items-center gap-1.5 text-left font-mono font-semibold text-[13px] -outline-offset-2 after:absolute after:inset-0"
          onClick={() => onOpen(open ? null : unit.unit)}
        >
          <ChevronRight aria-hidden className={cn("size-4 shrink-0 text-ink-3", open && "rotate-90")} />
          <span className="truncate">{unit.unit}</span>
        </button>
        {compact ? (
          <span className="mt-1 flex min-w-0 items-center gap-2 pl-5.5 text-ink-3 text-xs">
            <States unit={unit} />
            <span className="truncate">{unit.description}</span>
          </span>
        ) : null}
      </TableCell>
      {compact ? null : (
        <>
          <TableCell className="truncate text-ink-2">{unit.description}</TableCell>
          <TableCell>
            <States unit={unit} />
          </TableCell>
        </>
      )}
    </TableRow>
  );
});

function States({ unit }: { unit: Unit }) {
  const t = useTranslations("units");
  return (
    <span className="inline-flex items-center gap-1.5">
      <UnitStateBadge unit={unit} />
      {unit.load === "loaded" ? null : <Badge tone={unit.load === "masked" ? "neutral" : "busy"}>{unit.load}</Badge>}
      {unit.job === null ? null : <Badge tone="busy">{t("job", { job: unit.job })}</Badge>}
    </span>
  );
}
