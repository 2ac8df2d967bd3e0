"use client";

import { Plus, Server } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useMemo } from "react";

import {
  compareNames,
  countStates,
  filterMachines,
  formatMachineQuery,
  parseMachineQuery,
  WHOLE_LIST,
} from "@/lib/filter-machines";
import type { Machine } from "@/lib/machine";
import { PageHeader } from "../shell/page-header";
import { useMay, useMe } from "../shell/use-me";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { ErrorState } from "../ui/error-state";
import { Notice } from "../ui/notice";
import { Skeleton, SkeletonRows } from "../ui/skeleton";
import { useAddressQuery } from "../ui/use-address-query";
import { BulkBar } from "./bulk-bar";
import { ListFilter } from "./list-filter";
import { MachineTable } from "./machine-table";
import { useMachines } from "./machines-provider";
import { useMachineTable } from "./use-machine-table";

const MetricsFeed = dynamic(() => import("../metrics/metrics-feed").then((module) => module.MetricsFeed), {
  ssr: false,
});

const MACHINE_ADDRESS = { parse: parseMachineQuery, format: formatMachineQuery };

/** Every machine of the host, live. */
export function MachineList() {
  const t = useTranslations("machines");
  const ta = useTranslations("app");
  const { machines, link, error, retry } = useMachines();
  // Who may do what decides on the columns: rows that came before it would jump.
  const { data: me } = useMe();
  const all = useMemo(
    () => machines && [...machines.values()].sort((a, b) => compareNames(a.name, b.name)),
    [machines],
  );
  const count = all ? t("count", { total: all.length, running: countStates(all).running }) : null;
  return (
    <>
      <PageHeader title={ta("machines")} sub={count}>
        {all?.length ? <NewMachineButton /> : null}
      </PageHeader>
      {link === "disconnected" ? (
        <div className="mb-3">
          <Notice>{ta("disconnected")}</Notice>
        </div>
      ) : null}
      {link === "refused" ? (
        <ErrorState error={error} onRetry={retry} />
      ) : all === null || !me ? (
        link === "disconnected" ? null : (
          <Loading />
        )
      ) : all.length > 0 ? (
        <Rows machines={all} />
      ) : link === "live" ? (
        <NoMachines />
      ) : null}
    </>
  );
}

/** The shape of the list: nothing moves when it comes. */
function Loading() {
  const t = useTranslations("machines");
  return (
    <>
      <Skeleton className="mb-3 h-8 w-60 max-md:mb-[3.875rem] max-md:h-11 max-md:w-full" />
      <SkeletonRows label={t("loading")} rows={6} />
    </>
  );
}

function Rows({ machines }: { machines: readonly Machine[] }) {
  const t = useTranslations("machines");
  const [query, change] = useAddressQuery(MACHINE_ADDRESS);
  const fitting = useMemo(() => filterMachines(machines, query.text), [machines, query.text]);
  const shown = useMemo(
    () => (query.state === null ? fitting : fitting.filter(({ state }) => state === query.state)),
    [fitting, query.state],
  );
  const table = useMachineTable(shown, query, change);
  const selected = machines.filter(({ name }) => table.selected.has(name));
  const hidden = selected.filter((machine) => !shown.includes(machine)).length;
  return (
    <>
      <div className="mb-3 empty:hidden">
        {machines.some(({ leaderPid }) => leaderPid !== null) ? <MetricsFeed /> : null}
      </div>
      <ListFilter query={query} onChange={change} machines={fitting} />
      {shown.length > 0 ? (
        <MachineTable table={table} />
      ) : (
        <EmptyState title={t("noMatch")}>
          <Button onClick={() => change(WHOLE_LIST)}>{t("showAll")}</Button>
        </EmptyState>
      )}
      {selected.length > 0 ? <BulkBar selected={selected} hidden={hidden} onClear={table.clearSelection} /> : null}
    </>
  );
}

/** Nothing to list: the door to the first machine. */
function NoMachines() {
  const t = useTranslations("machines");
  const mayBuild = useMay("admin");
  return (
    <EmptyState icon={<Server aria-hidden />} title={t("empty")} hint={t(mayBuild ? "emptyHint" : "emptyHintOthers")}>
      <NewMachineButton />
    </EmptyState>
  );
}

function NewMachineButton() {
  const ta = useTranslations("app");
  const mayBuild = useMay("admin");
  return mayBuild ? (
    <Button asChild variant="primary">
      <Link href="/machines/new" prefetch={false}>
        <Plus aria-hidden />
        {ta("newMachine")}
      </Link>
    </Button>
  ) : null;
}
