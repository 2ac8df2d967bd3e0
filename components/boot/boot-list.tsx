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
  const [slowest] = row.slowest;
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
        <span className="mt-0.5 block text-ink-3 text-xs [overflow-wrap:anywhere] md:hidden">
          <Slowest row={row} />
        </span>
      </td>
      <td className="whitespace-nowrap px-3 text-right font-medium">{formatTimespan(row.userspaceUsec)}</td>
      <td className="px-3 text-ink-2 [overflow-wrap:anywhere] max-md:hidden">
        {slowest ? <Slowest row={row} /> : <span className="text-ink-3">—</span>}
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

function Slowest({ row: { slowest } }: { row: BootHistoryRow }) {
  const [first] = slowest;
  if (!first) return null;
  return (
    <>
      <span className="font-mono text-[13px] max-md:text-xs">{first.unit}</span>{" "}
      <span className="text-ink-3">{formatTimespan(first.activatingUsec)}</span>
    </>
  );
}
