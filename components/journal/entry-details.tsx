"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useEffect, useRef } from "react";

import { formatDateTime } from "@/lib/format";
import type { JournalEntryDetails } from "@/lib/journal";
import { PRIORITIES } from "@/lib/journal-query";
import { useTRPCClient } from "@/lib/trpc/client";
import { Button } from "../ui/button";
import { CommandLine } from "../ui/command-line";
import { ErrorState } from "../ui/error-state";
import { ScrollRegion } from "../ui/scroll-region";
import { SkeletonRows } from "../ui/skeleton";

interface EntryDetailsProps {
  name: string;
  cursor: string;
  onClose: () => void;
  onUnit: (unit: string) => void;
}

/** Every field of one entry, as `journalctl -o verbose` has them. */
export function EntryDetails({ name, cursor, onClose, onUnit }: EntryDetailsProps) {
  const t = useTranslations("journal");
  const ta = useTranslations("app");
  const client = useTRPCClient();
  const panel = useRef<HTMLElement>(null);
  const { data, error, refetch } = useQuery<JournalEntryDetails>({
    queryKey: ["journal.entry", name, cursor],
    queryFn: ({ signal }) => client.journal.entry.query({ name, cursor }, { signal }),
    // An entry never changes.
    staleTime: Number.POSITIVE_INFINITY,
    retry: 1,
  });
  // On a phone it is below the lines.
  useEffect(() => {
    panel.current?.scrollIntoView({ block: "nearest" });
  }, []);
  return (
    <section
      ref={panel}
      aria-label={t("details")}
      className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start border-line max-xl:border-t xl:border-l"
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <div className="flex items-center gap-2 border-b py-1.5 pr-1.5 pl-3.5">
        <h2 className="min-w-0 flex-1 font-semibold text-[13px]">{t("details")}</h2>
        {data?.entry.unit ? <UnitButton unit={data.entry.unit} onUnit={onUnit} /> : null}
        <Button variant="icon" aria-label={t("closeDetails")} title={t("closeDetails")} onClick={onClose}>
          <X aria-hidden />
        </Button>
      </div>
      {error ? (
        <div className="p-3">
          <ErrorState error={error} onRetry={() => void refetch()} />
        </div>
      ) : data ? (
        <Fields details={data} />
      ) : (
        <SkeletonRows label={ta("loading")} rows={6} />
      )}
    </section>
  );
}

function UnitButton({ unit, onUnit }: { unit: string; onUnit: (unit: string) => void }) {
  const t = useTranslations("journal");
  return (
    <Button variant="ghost" className="min-w-0" title={t("onlyUnit", { unit })} onClick={() => onUnit(unit)}>
      <span className="truncate">{t("onlyUnit", { unit })}</span>
    </Button>
  );
}

function Fields({ details: { entry, fields, command } }: { details: JournalEntryDetails }) {
  const t = useTranslations("journal");
  const locale = useLocale();
  return (
    <ScrollRegion label={t("fields")} className="max-h-[55dvh] px-3.5 py-2">
      <p className="pb-2 text-ink-2">
        {formatDateTime(new Date(entry.at), locale)} · {PRIORITIES[entry.priority]}
      </p>
      <dl className="grid gap-1.5 font-mono text-xs">
        {fields.map(({ name, value, binary, truncated }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a field may be there several times; the list never changes.
          <div key={index} className="grid gap-x-3">
            <dt className="text-ink-3">
              {name}
              {binary ? ` · ${t("binary")}` : null}
            </dt>
            <dd className="whitespace-pre-wrap [overflow-wrap:anywhere]">
              {value}
              {truncated ? <span className="text-ink-3"> … {t("cut")}</span> : null}
            </dd>
          </div>
        ))}
      </dl>
      <CommandLine command={command} className="mt-3" />
    </ScrollRegion>
  );
}
