"use client";

import { useQuery } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { formatTimespan } from "@/lib/boot-timespan";
import { formatDateTime } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { ErrorState } from "../ui/error-state";
import { SkeletonRows } from "../ui/skeleton";
import { Table, TableHead, TablePanel, TableRow } from "../ui/table";

interface CompareBootsProps {
  name: string;
  /** Boot ids, the older first. */
  a: string;
  b: string;
}

/** Units beyond these differ by next to nothing. */
const SHOWN = 40;

/** Two boots side by side, unit by unit, the largest difference first. */
export function CompareBoots({ name, a, b }: CompareBootsProps) {
  const t = useTranslations("boot");
  const ta = useTranslations("app");
  const locale = useLocale();
  const trpc = useTRPC();
  const { data, error, refetch } = useQuery(trpc.boot.compare.queryOptions({ name, a, b }));
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows label={ta("loading")} />;
  const when = (at: string) => formatDateTime(new Date(at), locale);
  return (
    <section aria-labelledby="compared" className="grid gap-2">
      <h2 id="compared" className="font-semibold">
        {t("compared")}
      </h2>
      <TablePanel>
        <Table aria-labelledby="compared">
          <thead>
            <tr className="max-md:grid max-md:grid-cols-3 max-md:border-b">
              <TableHead className="max-md:sr-only">{t("unit")}</TableHead>
              <TableHead className="whitespace-normal text-right max-md:border-0">{when(data.a.at)}</TableHead>
              <TableHead className="whitespace-normal text-right max-md:border-0">{when(data.b.at)}</TableHead>
              <TableHead className="text-right max-md:border-0">{t("difference")}</TableHead>
            </tr>
          </thead>
          <tbody>
            <Row
              unit={<span className="font-semibold">{t("userspace")}</span>}
              a={data.a.userspaceUsec}
              b={data.b.userspaceUsec}
            />
            {data.units.slice(0, SHOWN).map(({ unit, aUsec, bUsec }) => (
              <Row
                key={unit}
                unit={<span className="font-mono text-[13px]">{unit}</span>}
                a={aUsec}
                b={bUsec}
                aCutOff={data.aCutOff}
                bCutOff={data.bCutOff}
              />
            ))}
          </tbody>
        </Table>
      </TablePanel>
    </section>
  );
}

interface RowProps {
  unit: ReactNode;
  a: number | null;
  b: number | null;
  aCutOff?: boolean;
  bCutOff?: boolean;
}

function Row({ unit, a, b, aCutOff = false, bCutOff = false }: RowProps) {
  const known = (a !== null || !aCutOff) && (b !== null || !bCutOff);
  return (
    <TableRow className="h-9 max-md:grid max-md:h-auto max-md:grid-cols-3 max-md:pb-1.5">
      <td className="min-w-32 px-3 py-1.5 [overflow-wrap:anywhere] max-md:col-span-3">{unit}</td>
      <Time usec={a} cutOff={aCutOff} />
      <Time usec={b} cutOff={bCutOff} />
      {known ? <Change usec={(b ?? 0) - (a ?? 0)} /> : <td className="px-3 text-right text-ink-3">—</td>}
    </TableRow>
  );
}

function Change({ usec }: { usec: number }) {
  const sign = usec > 0 ? "+" : usec < 0 ? "−" : "";
  return (
    <td
      className={`whitespace-nowrap px-3 text-right ${usec > 0 ? "text-busy" : usec < 0 ? "text-run" : "text-ink-3"}`}
    >
      {sign}
      {formatTimespan(Math.abs(usec))}
    </td>
  );
}

function Time({ usec, cutOff }: { usec: number | null; cutOff: boolean }) {
  const t = useTranslations("boot");
  if (usec !== null) return <td className="whitespace-nowrap px-3 text-right">{formatTimespan(usec)}</td>;
  return <td className="px-3 text-right text-ink-3">{cutOff ? t("notSlowest") : "—"}</td>;
}
