"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import type { ComponentProps, ReactNode } from "react";

import { formatDateTime } from "@/lib/format";
import { useTRPCClient } from "@/lib/trpc/client";
import type { Unit, UnitDetails } from "@/lib/units";
import { findRefusal } from "../journal/refusals";
import { JournalLines } from "../machine/journal-lines";
import { TabLink } from "../machine/tab-link";
import { ErrorState } from "../ui/error-state";
import { SkeletonRows } from "../ui/skeleton";
import { UnitActions } from "./unit-actions";

interface UnitDetailsProps {
  machine: string;
  unit: Unit;
  onGo: (unit: string) => void;
}

/** The row below a unit's own, with all that `systemctl status` tells of it. */
export function UnitDetailsRow({
  machine,
  unit,
  columns,
  onGo,
  ...row
}: UnitDetailsProps & { columns: number } & ComponentProps<"tr">) {
  return (
    <tr className="border-b bg-accent-soft/25" {...row}>
      <td colSpan={columns} className="p-0">
        <Details key={unit.unit} machine={machine} unit={unit} onGo={onGo} />
      </td>
    </tr>
  );
}

function Details({ machine, unit, onGo }: UnitDetailsProps) {
  const t = useTranslations("units");
  const ta = useTranslations("app");
  const client = useTRPCClient();
  // Read again for every change of its state.
  const { data, error, refetch } = useQuery({
    queryKey: ["units.details", machine, unit.unit, unit.active, unit.sub, unit.job],
    queryFn: ({ signal }) => client.units.details.query({ name: machine, unit: unit.unit }, { signal }),
    placeholderData: keepPreviousData,
    refetchOnMount: "always",
    retry: 1,
  });
  return (
    <section aria-label={t("detailsOf", { unit: unit.unit })} className="grid min-w-0 gap-3 px-4 pt-1 pb-4 md:pl-9">
      <UnitActions machine={machine} unit={unit} />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <>
          <Facts details={data} />
          <Ties details={data} onGo={onGo} />
          <Journal machine={machine} details={data} />
        </>
      ) : (
        <SkeletonRows label={ta("loading")} rows={2} />
      )}
    </section>
  );
}

function Facts({ details }: { details: UnitDetails }) {
  const t = useTranslations("units");
  const locale = useLocale();
  const { description, since, fragmentPath, dropInPaths, unitFileState, mainPid, result, exitStatus, nRestarts } =
    details;
  const failed = result !== null && result !== "success";
  return (
    <dl className="grid gap-x-6 md:grid-cols-2">
      <Fact label={t("description")}>{description}</Fact>
      <Fact label={t("since")}>
        {since ? <time dateTime={since}>{formatDateTime(new Date(since), locale)}</time> : null}
      </Fact>
      <Fact label={t("file")} mono>
        {[fragmentPath, ...dropInPaths].filter(Boolean).join("\n")}
      </Fact>
      <Fact label={t("atBoot")} mono>
        {unitFileState}
      </Fact>
      {mainPid === null ? null : (
        <Fact label={t("mainPid")} mono>
          {mainPid}
        </Fact>
      )}
      {failed ? (
        <Fact label={t("result")} mono>
          <span className="text-fail">
            {[result, exitStatus ? t("exitStatus", { status: exitStatus }) : null].filter(Boolean).join(" · ")}
          </span>
        </Fact>
      ) : null}
      {nRestarts ? (
        <Fact label={t("restarts")} mono>
          {nRestarts}
        </Fact>
      ) : null}
    </dl>
  );
}

function Fact({ label, mono = false, children }: { label: string; mono?: boolean; children: ReactNode }) {
  const unknown = children === null || children === undefined || children === "";
  return (
    <div className="grid grid-cols-[7rem_minmax(0,1fr)] gap-3 py-1">
      <dt className="text-ink-3">{label}</dt>
      <dd
        className={
          mono
            ? "whitespace-pre-line font-mono text-[13px] [overflow-wrap:anywhere]"
            : "whitespace-normal [overflow-wrap:anywhere]"
        }
      >
        {unknown ? <span className="text-ink-3">—</span> : children}
      </dd>
    </div>
  );
}

const TIES = ["requires", "wants", "requiredBy", "wantedBy", "after", "before"] as const;

function Ties({ details, onGo }: { details: UnitDetails; onGo: (unit: string) => void }) {
  const t = useTranslations("units");
  const count = new Set(TIES.flatMap((tie) => details[tie])).size;
  if (count === 0) return null;
  return (
    <details className="group min-w-0">
      <summary className="flex cursor-pointer items-center gap-1.5 py-1 font-medium">
        <ChevronRight aria-hidden className="size-4 text-ink-3 group-open:rotate-90" />
        {t("ties", { count })}
      </summary>
      <dl className="grid gap-1.5 pt-1">
        {TIES.map((tie) =>
          details[tie].length === 0 ? null : (
            <div key={tie} className="grid gap-x-3 md:grid-cols-[7rem_minmax(0,1fr)]">
              <dt className="text-ink-3">{t(tie)}</dt>
              <dd className="flex flex-wrap gap-x-3 gap-y-0.5">
                {[...details[tie]].sort().map((unit) => (
                  <button
                    key={unit}
                    type="button"
                    className="whitespace-normal text-left font-mono text-[13px] [overflow-wrap:anywhere] hover:underline"
                    onClick={() => onGo(unit)}
                  >
                    {unit}
                  </button>
                ))}
              </dd>
            </div>
          ),
        )}
      </dl>
    </details>
  );
}

function Journal({ machine, details: { unit, journal, journalRefusal } }: { machine: string; details: UnitDetails }) {
  const t = useTranslations("units");
  const tj = useTranslations("journal");
  if (journalRefusal !== null) {
    const known = findRefusal(journalRefusal.reason);
    return <p className="text-ink-3">{known ? tj(known.title, { name: machine }) : journalRefusal.message}</p>;
  }
  if (journal.length === 0) return <p className="text-ink-3">{t("noJournal")}</p>;
  return (
    <div className="grid min-w-0 gap-2">
      <div className="min-w-0 whitespace-normal rounded-lg border bg-panel [&>section]:border-t-0">
        <JournalLines entries={journal} label={t("journal")} />
      </div>
      <TabLink
        machine={machine}
        tab="journal"
        query={`units=${encodeURIComponent(unit)}`}
        className="justify-self-start text-ink-2 underline underline-offset-2 hover:text-ink"
      >
        {t("wholeJournal")}
      </TabLink>
    </div>
  );
}
