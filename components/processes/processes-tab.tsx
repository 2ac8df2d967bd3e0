"use client";

import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useMemo, useRef, useState } from "react";

import { type CgroupQuery, countOmitted, formatCgroupQuery, parseCgroupQuery, toRows } from "@/lib/cgroup-view";
import { type CgroupSample, cgroupCommands } from "@/lib/cgroups";
import { formatCommand } from "@/lib/commands";
import type { Machine } from "@/lib/machine";
import { LinkState } from "../inside/link-state";
import { Button } from "../ui/button";
import { CommandLine } from "../ui/command-line";
import { EmptyState } from "../ui/empty-state";
import { ErrorState } from "../ui/error-state";
import { SkeletonRows } from "../ui/skeleton";
import { useAddressQuery } from "../ui/use-address-query";
import { CgroupTable } from "./cgroup-table";
import { MissingFigures } from "./missing-figures";
import { ProcessBar } from "./process-bar";
import { SignalDialog, type SignalSubject } from "./signal-dialog";
import { useCgroups } from "./use-cgroups";

// Its layout comes with a library, and most visits stay with the tree.
const CgroupTreemap = dynamic(() => import("./cgroup-treemap").then((module) => module.CgroupTreemap), { ssr: false });

const ADDRESS = { parse: parseCgroupQuery, format: formatCgroupQuery };

/** What runs in a machine, live: `systemd-cgls -M NAME` with what each group and process uses. */
export function ProcessesTab({ machine }: { machine: Machine }) {
  const t = useTranslations("processes");
  const ta = useTranslations("app");
  const { sample, link, error, retry } = useCgroups(machine.name);
  if (error) return <ErrorState error={error} onRetry={retry} />;
  if (link && link.link !== "connected")
    return <LinkState name={machine.name} link={link} stopped={t("stoppedHint")} />;
  if (!sample) return <SkeletonRows label={ta("loading")} rows={10} />;
  return <Sample machine={machine} sample={sample} />;
}

function Sample({ machine, sample }: { machine: Machine; sample: CgroupSample }) {
  const [query, change] = useAddressQuery(ADDRESS);
  const [subject, setSubject] = useState<SignalSubject | null>(null);
  const returnFocus = useRef<HTMLElement | null>(null);
  const signal = (to: SignalSubject, from: HTMLElement | null) => {
    returnFocus.current = from;
    setSubject(to);
  };
  return (
    <div className="grid min-w-0 gap-3">
      <ProcessBar query={query} onChange={change} sample={sample} />
      {query.view === "treemap" ? (
        <CgroupTreemap root={sample} at={query.at} measure={query.measure} onGo={(at) => change({ at })} />
      ) : (
        <Tree machine={machine} sample={sample} query={query} onChange={change} onSignal={signal} />
      )}
      <MissingFigures sample={sample} />
      <Omitted sample={sample} />
      <CommandLine command={formatCommand(cgroupCommands.tree(machine.name))} />
      {subject ? (
        <SignalDialog machine={machine} subject={subject} onClose={() => setSubject(null)} returnFocus={returnFocus} />
      ) : null}
    </div>
  );
}

interface TreeProps {
  machine: Machine;
  sample: CgroupSample;
  query: CgroupQuery;
  onChange: (change: Partial<CgroupQuery>) => void;
  onSignal: (subject: SignalSubject, from: HTMLElement | null) => void;
}

function Tree({ machine, sample, query, onChange, onSignal }: TreeProps) {
  const t = useTranslations("processes");
  const rows = useMemo(() => toRows(sample, query), [sample, query]);
  if (rows.length === 0)
    return (
      <EmptyState title={t("noMatch")}>
        <Button onClick={() => onChange({ text: "" })}>{t("showAll")}</Button>
      </EmptyState>
    );
  return (
    <CgroupTable machine={machine} root={sample} rows={rows} query={query} onChange={onChange} onSignal={onSignal} />
  );
}

function Omitted({ sample }: { sample: CgroupSample }) {
  const t = useTranslations("processes");
  const omitted = useMemo(() => countOmitted(sample), [sample]);
  if (omitted.processes + omitted.groups === 0) return null;
  return (
    <p role="status" className="text-ink-2">
      {t("omitted", omitted)}
    </p>
  );
}
