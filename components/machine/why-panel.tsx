"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronRight, Lightbulb } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef } from "react";

import { FINDINGS, type Finding, type FindingCode } from "@/lib/findings";
import { formatDateTime } from "@/lib/format";
import type { Machine, WhyFailed } from "@/lib/machine";
import { useTRPC } from "@/lib/trpc/client";
import { ErrorState } from "../ui/error-state";
import { SkeletonRows } from "../ui/skeleton";
import { JournalLines } from "./journal-lines";

/** Why the last start failed, or the machine ended badly: what, why, what to try, and the journal of that run. */
export function WhyPanel({ machine }: { machine: Machine }) {
  const t = useTranslations("machine");
  const trpc = useTRPC();
  const { name, state } = machine;
  const why = useQuery({ ...trpc.machines.whyFailed.queryOptions({ name }), refetchOnMount: "always" });
  if (why.error) return <ErrorState error={why.error} onRetry={() => void why.refetch()} />;
  if (!why.data || why.isRefetching)
    return state === "failed" ? <SkeletonRows label={t("whyLoading")} rows={2} /> : null;
  if (why.data.result === null && why.data.findings.length === 0) return null;
  return <Failure machine={machine} why={why.data} />;
}

function Failure({ machine, why }: { machine: Machine; why: WhyFailed }) {
  const t = useTranslations("machine");
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (window.location.hash === "#why") heading.current?.focus();
  }, []);
  const [first, ...more] = why.findings;
  return (
    <section className="overflow-hidden rounded-xl border border-l-[3px] border-l-fail bg-panel" aria-labelledby="why">
      <div className="grid gap-3 p-4">
        <div>
          <h2 id="why" ref={heading} tabIndex={-1} className="font-semibold text-base outline-none">
            {t("whyTitle", { name: machine.name })}
          </h2>
          <Outcome why={why} />
        </div>
        {first ? <Reason finding={first} /> : <p className="text-ink-2">{t("whyUnknown")}</p>}
        {more.length > 0 ? (
          <ul className="grid gap-3" aria-label={t("whyMore")}>
            {more.map((finding) => (
              <li key={`${finding.code} ${finding.subject}`}>
                <Reason finding={finding} />
              </li>
            ))}
          </ul>
        ) : null}
      </div>
      {why.journal.length > 0 ? (
        <details className="group border-t" open>
          <summary className="flex cursor-pointer items-center gap-2 px-4 py-2 font-medium -outline-offset-2">
            <ChevronRight aria-hidden className="size-4 text-ink-3 group-open:rotate-90" />
            {t("whyJournal", { count: why.journal.length })}
          </summary>
          <JournalLines entries={why.journal} label={t("whyJournal", { count: why.journal.length })} />
        </details>
      ) : null}
    </section>
  );
}

/** What systemd says of the run, in its own words. */
function Outcome({ why: { unit, result, exitStatus, at } }: { why: WhyFailed }) {
  const t = useTranslations("machine");
  const locale = useLocale();
  const said = exitStatus === null ? result : t("exitStatus", { result: result ?? "", status: exitStatus });
  return (
    <p className="flex flex-wrap gap-x-2 text-ink-3 text-xs">
      <span className="font-mono [overflow-wrap:anywhere]">{unit}</span>
      {said ? <span>· {said}</span> : null}
      {at ? <time dateTime={at}>· {formatDateTime(new Date(at), locale)}</time> : null}
    </p>
  );
}

function Reason({ finding }: { finding: Finding }) {
  return (
    <div className="grid gap-1">
      <p className="font-medium">
        <FindingText code={finding.code} subject={finding.subject} />
      </p>
      <p className="flex gap-2 text-ink-2">
        <Lightbulb aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-3" />
        <span className="min-w-0">
          <FindingText code={FINDINGS[finding.code]} subject={finding.subject} />
        </span>
      </p>
    </div>
  );
}

function FindingText({ code, subject }: { code: FindingCode | (typeof FINDINGS)[FindingCode]; subject: string }) {
  const t = useTranslations("findings");
  const mono = (chunks: ReactNode) => (
    <code className="font-mono text-[0.925em] [overflow-wrap:anywhere]">{chunks}</code>
  );
  return t.rich(code, { subject, code: mono });
}
