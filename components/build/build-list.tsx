"use client";

import { Hammer, Plus } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";

import { type Build, isEnded } from "@/lib/build";
import { formatBytes, formatDateTime } from "@/lib/format";
import { cn } from "@/lib/utils";
import { PageHeader } from "../shell/page-header";
import { useMay } from "../shell/use-me";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { ErrorState } from "../ui/error-state";
import { Notice } from "../ui/notice";
import { SkeletonRows } from "../ui/skeleton";
import { ROW_TARGET, Table, TableCell, TableHead, TablePanel, TableRow } from "../ui/table";
import { BuildStateBadge } from "./build-state-badge";
import { Elapsed } from "./elapsed";
import { useBuilds } from "./use-builds";
import { useOlderBuilds } from "./use-older-builds";

const NONE: ReadonlyMap<string, Build> = new Map();

/** Every build of this host, newest first, as they go. */
export function BuildList() {
  const t = useTranslations("builds");
  const mayBuild = useMay("admin");
  const { builds, live, error, retry } = useBuilds();
  const older = useOlderBuilds(builds ?? NONE);
  const waiting = older.rows.filter(({ state }) => !isEnded(state)).length;
  return (
    <>
      <PageHeader title={t("title")} sub={builds ? t("count", { total: older.rows.length, active: waiting }) : null}>
        {mayBuild && older.rows.length > 0 ? <NewMachineLink /> : null}
      </PageHeader>
      {builds && !live && !error ? (
        <div className="mb-3">
          <Notice>{t("notLive")}</Notice>
        </div>
      ) : null}
      {error ? (
        <div className="mb-3">
          <ErrorState error={error} onRetry={retry} />
        </div>
      ) : null}
      {builds === null ? (
        error ? null : (
          <SkeletonRows label={t("loading")} />
        )
      ) : older.rows.length === 0 ? (
        <EmptyState icon={<Hammer aria-hidden />} title={t("empty")}>
          <p>{t(mayBuild ? "emptyAdmin" : "emptyOther")}</p>
          {mayBuild ? <NewMachineLink className="mt-2" /> : null}
        </EmptyState>
      ) : (
        <BuildTable builds={older.rows} live={live} />
      )}
      {older.error ? (
        <div className="mt-3">
          <ErrorState error={older.error} />
        </div>
      ) : null}
      {older.mayHaveMore ? (
        <Button className="mt-3" disabled={older.loading} onClick={() => void older.more()}>
          {t("older")}
        </Button>
      ) : null}
    </>
  );
}

function NewMachineLink({ className }: { className?: string }) {
  const t = useTranslations("builds");
  return (
    <Button asChild variant="primary" className={className}>
      <Link href="/machines/new">
        <Plus aria-hidden />
        {t("newMachine")}
      </Link>
    </Button>
  );
}

function BuildTable({ builds, live }: { builds: Build[]; live: boolean }) {
  const t = useTranslations("builds");
  return (
    <TablePanel className={cn(!live && "opacity-60")}>
      <Table>
        <thead>
          <tr>
            <TableHead>{t("machine")}</TableHead>
            <TableHead>{t("state")}</TableHead>
            <TableHead className="max-md:hidden">{t("recipe")}</TableHead>
            <TableHead className="max-md:hidden">{t("asked")}</TableHead>
            <TableHead className="text-right max-md:hidden">{t("took")}</TableHead>
            <TableHead className="text-right max-md:hidden">{t("size")}</TableHead>
            <TableHead className="max-lg:hidden">{t("by")}</TableHead>
          </tr>
        </thead>
        <tbody>
          {builds.map((build) => (
            <BuildRow key={build.id} build={build} />
          ))}
        </tbody>
      </Table>
    </TablePanel>
  );
}

function BuildRow({ build }: { build: Build }) {
  const t = useTranslations("builds");
  const locale = useLocale();
  const asked = formatDateTime(new Date(build.createdAt), locale);
  return (
    <TableRow className="max-md:relative">
      <TableCell className="max-w-0 py-2 md:max-w-56 md:max-2xl:max-w-40">
        <Link
          href={`/builds/${build.id}`}
          className={cn("block truncate font-mono font-semibold text-[13px] hover:underline", ROW_TARGET)}
        >
          {build.name}
        </Link>
        <p className="whitespace-normal text-ink-3 text-xs md:hidden">
          {t(build.recipe)} · {asked}
        </p>
      </TableCell>
      <TableCell className="w-px md:w-auto">
        <BuildStateBadge build={build} />
        <RunningStep build={build} />
      </TableCell>
      <TableCell className="max-md:hidden">{t(build.recipe)}</TableCell>
      <TableCell className="text-ink-2 max-md:hidden">
        <time dateTime={build.createdAt}>{asked}</time>
      </TableCell>
      <TableCell className="text-right max-md:hidden">
        <Elapsed from={build.startedAt} to={build.finishedAt} />
      </TableCell>
      <TableCell className="text-right max-md:hidden">
        {build.sizeBytes === null ? "—" : formatBytes(build.sizeBytes, locale)}
      </TableCell>
      <TableCell className="max-w-44 truncate text-ink-2 max-lg:hidden lg:max-2xl:max-w-36" title={build.startedBy}>
        {build.startedBy}
      </TableCell>
    </TableRow>
  );
}

function RunningStep({ build }: { build: Build }) {
  const t = useTranslations("builds");
  const step = build.state === "running" ? build.steps.find(({ state }) => state === "running") : undefined;
  return step ? <span className="ml-2 text-ink-3 text-xs max-xl:hidden">{t(step.name)}</span> : null;
}
