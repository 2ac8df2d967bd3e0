"use client";

import { useTranslations } from "next-intl";

import type { Build } from "@/lib/build";
import { cn } from "@/lib/utils";
import { CommandLine } from "../ui/command-line";
import { ErrorState } from "../ui/error-state";
import { Notice } from "../ui/notice";
import { SkeletonRows } from "../ui/skeleton";
import { BuildHeader } from "./build-header";
import { BuildLog } from "./build-log";
import { BuildOptions } from "./build-options";
import { BuildProblem } from "./build-problem";
import { BuildSteps } from "./build-steps";
import { PackageList } from "./package-list";
import { useBuildLog } from "./use-build-log";
import { useBuilds } from "./use-builds";

/** One build: what it does, what it says, how it ended. */
export function BuildPage({ id }: { id: string }) {
  const t = useTranslations("builds");
  const { builds, live, error, retry } = useBuilds(id);
  const build = builds?.get(id);
  if (build) return <LoadedBuild build={build} live={live} />;
  if (error) return <ErrorState error={error} onRetry={retry} />;
  if (builds) return <Notice tone="fail">{t("deleted")}</Notice>;
  return <SkeletonRows label={t("loading")} />;
}

function LoadedBuild({ build, live }: { build: Build; live: boolean }) {
  const t = useTranslations("builds");
  const log = useBuildLog(build.id);
  return (
    <div className="grid gap-4">
      <BuildHeader build={build} />
      {live ? null : <Notice>{t("reconnecting")}</Notice>}
      {build.error ? <BuildProblem told={build.error} name={build.name} /> : null}
      <Commands commands={build.commands} />
      <div className="grid overflow-hidden rounded-xl border border-line bg-panel md:grid-cols-[minmax(13rem,16rem)_minmax(0,1fr)]">
        <div className="border-line max-md:border-b md:border-r">
          <BuildSteps steps={build.steps} endedAt={build.finishedAt} />
        </div>
        <BuildLog id={build.id} log={log} />
      </div>
      <BuildOptions options={build.options} />
      {build.packages ? <PackageList packages={build.packages} /> : null}
    </div>
  );
}

/** The command that installs, and the others behind it. */
function Commands({ commands }: { commands: readonly string[] }) {
  const t = useTranslations("builds");
  const [, install] = commands;
  if (install === undefined) return null;
  return (
    <section aria-label={t("commands")} className="grid gap-1.5">
      <CommandLine command={install} />
      <details className="group">
        <summary className="w-fit cursor-pointer rounded text-ink-3 text-xs hover:text-ink">
          {t("allCommands", { count: commands.length })}
        </summary>
        <div className="mt-1.5 grid gap-1.5">
          {commands.map((command) => (
            <CommandLine key={command} command={command} className={cn(command === install && "opacity-60")} />
          ))}
        </div>
      </details>
    </section>
  );
}
