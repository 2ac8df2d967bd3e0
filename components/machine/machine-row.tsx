"use client";

import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ComponentProps, memo } from "react";

import type { Machine } from "@/lib/machine";
import { cn } from "@/lib/utils";
import { Checkbox } from "../ui/checkbox";
import { TableCell, TableRow } from "../ui/table";
import { MachineActions } from "./machine-actions";
import { MachineAddress } from "./machine-address";
import { StateBadge } from "./state-badge";

// Comes after the rows: a list can be used before it tells who is busy.
const CpuLoad = dynamic(() => import("../metrics/load-cells").then((module) => module.CpuLoad), { ssr: false });
const MemoryLoad = dynamic(() => import("../metrics/load-cells").then((module) => module.MemoryLoad), { ssr: false });
const CompactLoad = dynamic(() => import("../metrics/load-cells").then((module) => module.CompactLoad), { ssr: false });

interface MachineRowProps {
  machine: Machine;
  /** Undefined where nothing may be selected. */
  selected: boolean | undefined;
  onSelect: (name: string, withShift: boolean) => void;
  /** Two lines, for a narrow list. */
  compact: boolean;
}

/** One machine in the list. */
export const MachineRow = memo(function MachineRow({
  machine,
  selected,
  onSelect,
  compact,
  ...row
}: MachineRowProps & Omit<ComponentProps<"tr">, "onSelect">) {
  const t = useTranslations("machines");
  const { name } = machine;
  return (
    <TableRow aria-selected={selected} className={cn(compact && "h-16", selected && "bg-accent-soft/60")} {...row}>
      {selected === undefined ? null : (
        <TableCell className={compact ? "px-0" : "pr-0"}>
          <Checkbox
            className={
              compact
                ? "relative mx-auto after:absolute after:-inset-3.5"
                : "relative block after:absolute after:-inset-2"
            }
            aria-label={t("select", { name })}
            checked={selected}
            onClick={(event) => onSelect(name, event.shiftKey)}
          />
        </TableCell>
      )}
      {compact ? <CompactCell machine={machine} /> : <WideCells machine={machine} />}
      <TableCell className={cn("text-right", compact ? "px-1" : "pl-0")}>
        <MachineActions machine={machine} compact={compact} />
      </TableCell>
    </TableRow>
  );
});

const NAME = "font-mono font-semibold text-[13px]";

function hrefOf({ name }: Machine): string {
  return `/machines/${name}`;
}

function osOf({ os }: Machine): string {
  return os ? [os.name, os.version].filter(Boolean).join(" ") : "—";
}

function sinceOf({ state, since, stateSince }: Machine): string | null {
  return state === "running" ? since : stateSince;
}

function Nothing() {
  return <span className="text-ink-3">—</span>;
}

function WideCells({ machine }: { machine: Machine }) {
  const t = useTranslations("machines");
  const runs = machine.leaderPid !== null;
  return (
    <>
      <TableCell className="overflow-hidden">
        <Link href={hrefOf(machine)} prefetch={false} className={cn(NAME, "block truncate")} title={machine.name}>
          {machine.name}
        </Link>
      </TableCell>
      <TableCell>
        <StateBadge state={machine.state} since={sinceOf(machine)} />
        <Why machine={machine} className="ml-2 align-middle" />
      </TableCell>
      <TableCell className="truncate @max-3xl:hidden">{osOf(machine)}</TableCell>
      <TableCell className="@max-[60rem]:hidden">
        <MachineAddress machine={machine} />
      </TableCell>
      <TableCell className="text-right">{runs ? <CpuLoad name={machine.name} /> : <Nothing />}</TableCell>
      <TableCell className="text-right">{runs ? <MemoryLoad name={machine.name} /> : <Nothing />}</TableCell>
      <TableCell className="text-ink-2 @max-6xl:hidden">{machine.enabled ? t("enabled") : <Nothing />}</TableCell>
    </>
  );
}

/** All that matters of a machine in two lines; a touch anywhere on them opens it. */
function CompactCell({ machine }: { machine: Machine }) {
  return (
    <TableCell className="relative overflow-hidden px-2">
      <span className="flex min-w-0 items-baseline gap-2">
        <Link href={hrefOf(machine)} prefetch={false} className={cn(NAME, "truncate after:absolute after:inset-0")}>
          {machine.name}
        </Link>
        {machine.leaderPid === null ? null : <CompactLoad name={machine.name} />}
      </span>
      <span className="mt-1 flex min-w-0 items-center gap-2 text-ink-3 text-xs">
        <StateBadge state={machine.state} since={machine.state === "running" ? null : machine.stateSince} />
        <Why machine={machine} className="relative z-1 -my-3 py-3" />
        <span className="truncate">{osOf(machine)}</span>
      </span>
    </TableCell>
  );
}

/** To what is known about a start that failed. */
function Why({ machine, className }: { machine: Machine; className: string }) {
  const t = useTranslations("machines");
  if (machine.state !== "failed") return null;
  return (
    <Link
      href={`${hrefOf(machine)}#why`}
      prefetch={false}
      aria-label={t("whyName", { name: machine.name })}
      className={cn("font-medium text-fail text-xs hover:underline", className)}
    >
      {t("why")}
    </Link>
  );
}
