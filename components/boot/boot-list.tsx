"use client";

import { Timer, TriangleAlert } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";

import type { BootHistoryRow } from "@/lib/boot";
import { formatTimespan } from "@/lib/boot-timespan";
import { formatDateTime } from "@/lib/format";
import { Badge } from "../ui/badge";
import { Checkbox } from "../ui/checkbox";
import { Table, TableHead, TablePanel, TableRow } from "../ui/table";

interface BootListProps {
  rows: readonly BootHistoryRow[];
  /** Boot ids to compare. */
  chosen: readonly string[];
  onChoose: (bootId: string, on: boolean) => void;
}

/** The recorded boots, newest first; two of them can be chosen. */
export function BootList({ rows, chosen, onChoose }: BootListProps) {
  const t = useTranslations("boot");
  return (
    <>
      <p className="text-ink-2" role="status">
        {t("choose", { count: chosen.length })}
      </p>
      <TablePanel>
        <Table aria-label={t("boots")}>
          <thead>
            <tr>
              <TableHead className="w-9 pr-0">
                <span className="sr-only">{t("compare")}</span>
              </TableHead>
              <TableHead>{t("finishedAt")}</TableHead>
              <TableHead className="text-right">{t("userspace")}</TableHead>
              <TableHead className="max-md:hidden">{t("target")}</TableHead>
              <TableHead className="max-md:hidden">{t("slowest")}</TableHead>
              <TableHead className="text-right max-md:hidden">{t("failedUnits")}</TableHead>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <BootRow key={row.bootId} row={row} chosen={chosen.includes(row.bootId)} onChoose={onChoose} />
            ))}
          </tbody>
        </Table>
      </TablePanel>
    </>
  );
}

interface BootRowProps {
  row: BootHistoryRow;
  chosen: boolean;
  onChoose: BootListProps["onChoose"];
}

function BootRow({ row, chosen, onChoose }: BootRowProps) {
  const t = useTranslations("boot");
  const locale = useLocale();
  const at = formatDateTime(new Date(row.at), locale);
  return (
    <TableRow aria-selected={chosen}>
      <td className="pl-3">
        <Checkbox
          className="relative block after:absolute after:-inset-3"
          aria-label={t("compareBoot", { at })}
          checked={chosen}
          onCheckedChange={(on) => onChoose(row.bootId, on === true)}
        />
      </td>
      <td className="px-3 py-2">
        <time dateTime={row.at}>{at}</time>
        {row.slower ? (
          <Badge tone="busy" className="ml-2 max-md:mt-1 max-md:ml-0">
            <Timer aria-hidden />
            {t("slower", { usual: formatTimespan(row.usualUsec ?? 0) })}
          </Badge>
        ) : null}
        <div className="mt-0.5 grid gap-0.5 text-xs [overflow-wrap:anywhere] md:hidden">
          <Target row={row} />
          <Slowest row={row} />
        </div>
      </td>
      <td className="whitespace-nowrap px-3 text-right font-medium">{formatTimespan(row.userspaceUsec)}</td>
      <td className="px-3 py-2 text-ink-2 max-md:hidden">
        <Target row={row} />
      </td>
      <td className="px-3 py-2 text-ink-2 [overflow-wrap:anywhere] max-md:hidden">
        <Slowest row={row} />
      </td>
      <td className="px-3 text-right max-md:hidden">
        {row.failed > 0 ? (
          <span className="inline-flex items-center gap-1 text-fail">
            <TriangleAlert aria-hidden className="size-3.5" />
            {row.failed}
          </span>
        ) : (
          <span className="text-ink-3">0</span>
        )}
      </td>
    </TableRow>
  );
}

/** The unit behind default.target, and when it was reached. */
function Target({ row: { target, targetUsec } }: { row: BootHistoryRow }) {
  const t = useTranslations("boot");
  return (
    <p className="md:[&>span]:block">
      <UnitTime unit={target} time={targetUsec === null ? t("neverReached") : formatTimespan(targetUsec)} />
    </p>
  );
}

/** The slowest unit, and those after it where they are asked for. */
function Slowest({ row: { slowest } }: { row: BootHistoryRow }) {
  const t = useTranslations("boot");
  const [first, ...others] = slowest.map(({ unit, activatingUsec }) => (
    <UnitTime key={unit} unit={unit} time={formatTimespan(activatingUsec)} />
  ));
  if (!first) return <span className="text-ink-3">—</span>;
  if (others.length === 0) return first;
  return (
    <details>
      <summary className="cursor-pointer list-none [&::-webkit-details-marker]:hidden">
        {first} <span className="whitespace-nowrap text-accent">{t("andMore", { count: others.length })}</span>
      </summary>
      <ol>
        {others.map((other) => (
          <li key={other.key} className="mt-1">
            {other}
          </li>
        ))}
      </ol>
    </details>
  );
}

function UnitTime({ unit, time }: { unit: string; time: string }) {
  return (
    <>
      <span className="font-mono text-[13px] max-md:text-xs">{unit}</span>{" "}
      <span className="whitespace-nowrap text-ink-3">{time}</span>
    </>
  );
}
