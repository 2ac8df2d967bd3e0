"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";

import { type Build, isEnded } from "@/lib/build";
import { formatBytes, formatDateTime } from "@/lib/format";
import { hasRole } from "@/lib/roles";
import { useTRPC } from "@/lib/trpc/client";
import { useMachines } from "../machine/machines-provider";
import { Button } from "../ui/button";
import { CommandLine } from "../ui/command-line";
import { ErrorState } from "../ui/error-state";
import { Notice } from "../ui/notice";
import { SkeletonRows } from "../ui/skeleton";
import { BuildLog } from "./build-log";
import { BuildStateBadge } from "./build-state-badge";
import { BuildSteps } from "./build-steps";
import { CancelBuild } from "./cancel-build";
import { Elapsed } from "./elapsed";
import { PackageList } from "./package-list";
import { useBuildLog } from "./use-build-log";

/** Steps and ends are told by the log's subscription; this is for the size, and for a build that waits in the queue. */
const REFRESH_MS = 2000;

export function BuildPage({ id }: { id: string }) {
  const t = useTranslations("builds");
  const trpc = useTRPC();
  const build = useQuery({
    ...trpc.builds.get.queryOptions({ id }),
    refetchInterval: ({ state }) => (state.data && isEnded(state.data.state) ? false : REFRESH_MS),
  });
  if (build.data) return <LoadedBuild build={build.data} />;
  if (build.error) return <ErrorState error={build.error} onRetry={() => void build.refetch()} />;
  return <SkeletonRows label={t("loading")} />;
}

function LoadedBuild({ build }: { build: Build }) {
  const t = useTranslations("builds");
  const trpc = useTRPC();
  const queries = useQueryClient();
  const log = useBuildLog(build.id, () =>
    queries.invalidateQueries({ queryKey: trpc.builds.get.queryKey({ id: build.id }) }),
  );
  return (
    <div className="grid gap-4">
      <Header build={build} />
      {log.live ? null : <Notice>{t("reconnecting")}</Notice>}
      {build.error ? <BuildError error={build.error} /> : null}
      {build.commands.length > 0 ? (
        <section aria-label={t("commands")} className="grid gap-1.5">
          {build.commands.map((command) => (
            <CommandLine key={command} command={command} />
          ))}
        </section>
      ) : null}
      <div className="grid overflow-hidden rounded-xl border border-line bg-panel md:grid-cols-[minmax(12rem,16rem)_minmax(0,1fr)]">
        <div className="border-line max-md:border-b md:border-r">
          <BuildSteps steps={build.steps} />
        </div>
        <BuildLog lines={log.lines} complete={log.complete} />
      </div>
      {build.packages ? <PackageList packages={build.packages} /> : null}
    </div>
  );
}

function Header({ build }: { build: Build }) {
  const t = useTranslations("builds");
  const locale = useLocale();
  const { machines } = useMachines();
  const trpc = useTRPC();
  const me = useQuery(trpc.me.queryOptions());
  const mayBuild = me.data !== undefined && hasRole(me.data.role, "admin");
  const ended = isEnded(build.state);
  return (
    <header className="grid gap-1.5">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="font-semibold text-xl tracking-tight">
          {t("buildOf")} <span className="font-mono">{build.name}</span>
        </h1>
        <BuildStateBadge state={build.state} />
        <span className="ml-auto flex flex-wrap gap-2">
          {build.state === "succeeded" && machines?.has(build.name) ? (
            <Button asChild variant="primary">
              <Link href={`/machines/${build.name}`}>{t("openMachine")}</Link>
            </Button>
          ) : null}
          {mayBuild && !ended ? <CancelBuild id={build.id} name={build.name} /> : null}
          {mayBuild && ended ? (
            <Button asChild>
              <Link href={`/machines/new?from=${build.id}`}>
                <RotateCcw aria-hidden />
                {t("again")}
              </Link>
            </Button>
          ) : null}
        </span>
      </div>
      <p className="flex flex-wrap gap-x-4 text-ink-2">
        <span>{t(build.recipe)}</span>
        <span>
          {t("took")} <Elapsed from={build.startedAt} to={build.finishedAt} />
        </span>
        {build.sizeBytes === null ? null : (
          <span>
            {t("size")} {formatBytes(build.sizeBytes, locale)}
          </span>
        )}
        <time dateTime={build.createdAt}>{formatDateTime(new Date(build.createdAt), locale)}</time>
        <span>{build.startedBy}</span>
      </p>
    </header>
  );
}

function BuildError({ error }: { error: NonNullable<Build["error"]> }) {
  return (
    <div role="alert" className="grid gap-1 rounded-xl border border-line border-l-4 border-l-fail bg-panel px-4 py-3">
      <p className="font-semibold [overflow-wrap:anywhere]">{error.message}</p>
      {error.hint ? <p className="text-ink-2 [overflow-wrap:anywhere]">{error.hint}</p> : null}
    </div>
  );
}
