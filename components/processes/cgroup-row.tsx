"use client";

import { Boxes, ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ComponentProps } from "react";

import type { CgroupRow } from "@/lib/cgroup-view";
import type { Cgroup, CgroupProcess, CgroupSample } from "@/lib/cgroups";
import { cn } from "@/lib/utils";
import { Badge } from "../ui/badge";
import { TableCell, TableRow } from "../ui/table";
import { Cpu, Memory, PressureFigure, ProcessCpu, Tasks } from "./figures";
import { RowMenu } from "./row-menu";
import type { SignalSubject } from "./signal-dialog";

const INDENT_PX = 18;
const COMPACT_INDENT_PX = 10;
/** Deeper ones stand below each other: a name needs room too. */
const MAX_INDENTS = 12;

interface CgroupTableRowProps {
  row: CgroupRow;
  topmost: CgroupSample;
  /** All in one cell, for a narrow table. */
  compact: boolean;
  active: boolean;
  mayAct: boolean;
  foldable: boolean;
  onFold: (key: string, open: boolean) => void;
  onSignal: (subject: SignalSubject, from: HTMLElement | null) => void;
}

/** One control group, or one process. */
export function CgroupTableRow({
  row,
  topmost,
  compact,
  active,
  mayAct,
  foldable,
  onFold,
  onSignal,
  ...rest
}: CgroupTableRowProps & ComponentProps<"tr">) {
  const indents = Math.min(row.level - 1, MAX_INDENTS);
  return (
    <TableRow
      aria-level={row.level}
      aria-posinset={row.place}
      aria-setsize={row.siblings}
      {...(row.kind === "group" && { "aria-expanded": row.open })}
      tabIndex={active ? 0 : -1}
      className={cn(compact ? "h-14" : "h-9", "focus-visible:-outline-offset-2")}
      {...rest}
    >
      <TableCell className={cn("overflow-hidden", compact && "py-1.5 pr-1")}>
        <div style={{ paddingLeft: indents * (compact ? COMPACT_INDENT_PX : INDENT_PX) }}>
          <span className="flex min-w-0 items-center gap-1.5">
            {row.kind === "group" ? (
              <GroupName row={row} foldable={foldable} onFold={onFold} />
            ) : (
              <ProcessName process={row.process} />
            )}
          </span>
          {compact ? <CompactFigures row={row} /> : null}
        </div>
      </TableCell>
      {compact ? null : <FigureCells row={row} />}
      {mayAct ? (
        <TableCell className="px-1 text-right">
          <RowMenu row={row} topmost={topmost} tabbable={active} onSignal={onSignal} />
        </TableCell>
      ) : null}
    </TableRow>
  );
}

interface GroupNameProps {
  row: Extract<CgroupRow, { kind: "group" }>;
  foldable: boolean;
  onFold: (key: string, open: boolean) => void;
}

function GroupName({ row: { key, group, open }, foldable, onFold }: GroupNameProps) {
  const t = useTranslations("processes");
  return (
    <>
      {foldable ? (
        <button
          type="button"
          // The row has the same by its arrow keys.
          tabIndex={-1}
          aria-label={t(open ? "collapse" : "expand", { name: group.name })}
          className="relative grid size-5 shrink-0 place-items-center rounded text-ink-3 after:absolute after:-inset-2 hover:bg-stop-soft hover:text-ink"
          onClick={() => onFold(key, !open)}
        >
          <ChevronRight aria-hidden className={cn("size-4", open && "rotate-90")} />
        </button>
      ) : (
        <Boxes aria-hidden className="mx-0.5 size-4 shrink-0 text-ink-3" />
      )}
      <span title={group.path} className="truncate font-mono font-semibold text-[13px]">
        {group.name}
      </span>
      {group.delegated ? (
        <Badge className="max-md:hidden" title={t("delegatedHint")}>
          {t("delegated")}
        </Badge>
      ) : null}
    </>
  );
}

function ProcessName({ process: { command, state } }: { process: CgroupProcess }) {
  const t = useTranslations("processes");
  return (
    <>
      <span title={command} className="truncate pl-6.5 font-mono text-[13px] text-ink-2">
        {command}
      </span>
      {state === "Z" ? (
        <Badge tone="busy" title={t("zombie")}>
          {t("zombieShort")}
        </Badge>
      ) : null}
    </>
  );
}

function FigureCells({ row }: { row: CgroupRow }) {
  const figure = "text-right";
  const { group } = row;
  if (row.kind === "process")
    return (
      <>
        <TableCell>
          <Pids process={row.process} />
        </TableCell>
        <TableCell className="truncate text-ink-2" title={row.process.user}>
          {row.process.user}
        </TableCell>
        <TableCell className={figure}>
          <ProcessCpu percent={row.process.cpuPercent} />
        </TableCell>
        <TableCell className={figure}>
          <Memory bytes={row.process.residentBytes} resident />
        </TableCell>
        <TableCell />
        <TableCell />
      </>
    );
  return (
    <>
      <TableCell />
      <TableCell />
      <TableCell className={figure}>
        <Cpu percent={group.cpuPercent} from={group.cpuFrom} />
      </TableCell>
      <TableCell className={figure}>
        <Memory bytes={group.memoryBytes} reason={group.unaccounted.memory} />
      </TableCell>
      <TableCell className={figure}>
        <Tasks group={group} />
      </TableCell>
      <TableCell className={figure}>
        <PressureFigure group={group} />
      </TableCell>
    </>
  );
}

function CompactFigures({ row }: { row: CgroupRow }) {
  return (
    <span className="mt-0.5 flex min-w-0 gap-2.5 truncate pl-6.5 text-ink-3 text-xs">
      {row.kind === "process" ? (
        <>
          <Pids process={row.process} />
          <span className="truncate">{row.process.user}</span>
          <ProcessCpu percent={row.process.cpuPercent} />
          <Memory bytes={row.process.residentBytes} resident />
        </>
      ) : (
        <CompactGroup group={row.group} />
      )}
    </span>
  );
}

function CompactGroup({ group }: { group: Cgroup }) {
  const t = useTranslations("processes");
  return (
    <>
      <span>
        {t("cpu")} <Cpu percent={group.cpuPercent} from={group.cpuFrom} />
      </span>
      {group.memoryBytes === null ? null : <Memory bytes={group.memoryBytes} />}
      <span>
        {t("tasks")} <Tasks group={group} />
      </span>
      <span className="truncate">
        {t("pressure")} <PressureFigure group={group} />
      </span>
    </>
  );
}

/** On the host, and inside the machine. */
function Pids({ process: { pid, machinePid } }: { process: CgroupProcess }) {
  const t = useTranslations("processes");
  const inside = machinePid === null ? t("outside") : t("pidInside", { pid: machinePid });
  return (
    <span title={`${t("pidOfHost", { pid })}, ${inside}`} className="whitespace-nowrap">
      {pid}
      {machinePid === null || machinePid === pid ? null : (
        <span className="text-ink-3"> · {t("pidInside", { pid: machinePid })}</span>
      )}
    </span>
  );
}
