"use client";

import { GitCompareArrows, RotateCcw } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";

import { type Build, isEnded } from "@/lib/build";
import { formatBytes, formatDateTime } from "@/lib/format";
import { useMachines } from "../machine/machines-provider";
import { useMay } from "../shell/use-me";
import { Button } from "../ui/button";
import { BuildStateBadge } from "./build-state-badge";
import { CancelBuild } from "./cancel-build";
import { DeleteBuild } from "./delete-build";
import { Elapsed } from "./elapsed";

export function BuildHeader({ build }: { build: Build }) {
  const t = useTranslations("builds");
  return (
    <header className="grid gap-1.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h1 className="min-w-0 font-semibold text-xl tracking-tight [overflow-wrap:anywhere]">
          {t.rich("buildOf", { name: () => <span className="font-mono text-lg">{build.name}</span> })}
        </h1>
        <BuildStateBadge build={build} />
        <Actions build={build} />
      </div>
      <Facts build={build} />
    </header>
  );
}

function Actions({ build }: { build: Build }) {
  const t = useTranslations("builds");
  const { machines } = useMachines();
  const mayBuild = useMay("admin");
  const ended = isEnded(build.state);
  return (
    <span className="flex flex-wrap gap-2 md:ml-auto">
      {build.state === "succeeded" && machines?.has(build.name) ? (
        <Button asChild variant="primary">
          <Link href={`/machines/${build.name}`}>{t("openMachine")}</Link>
        </Button>
      ) : null}
      {build.state === "succeeded" ? (
        <Button asChild>
          <Link href={`/builds/compare?b=${build.id}`}>
            <GitCompareArrows aria-hidden />
            {t("compare")}
          </Link>
        </Button>
      ) : null}
      {mayBuild && ended ? (
        <Button asChild>
          <Link href={`/machines/new?from=${build.id}`}>
            <RotateCcw aria-hidden />
            {t("again")}
          </Link>
        </Button>
      ) : null}
      {mayBuild && ended ? <DeleteBuild id={build.id} name={build.name} /> : null}
      {mayBuild && !ended ? <CancelBuild id={build.id} name={build.name} /> : null}
    </span>
  );
}

function Facts({ build }: { build: Build }) {
  const t = useTranslations("builds");
  const locale = useLocale();
  const ended = isEnded(build.state);
  return (
    <dl className="flex flex-wrap gap-x-5 gap-y-1 text-ink-2 [&_dt]:sr-only">
      <div>
        <dt>{t("recipe")}</dt>
        <dd>{t(build.recipe)}</dd>
      </div>
      <div>
        <dt>{t("asked")}</dt>
        <dd>
          <time dateTime={build.createdAt}>{formatDateTime(new Date(build.createdAt), locale)}</time>
        </dd>
      </div>
      <div>
        <dt>{t("by")}</dt>
        <dd className="[overflow-wrap:anywhere]">{build.startedBy}</dd>
      </div>
      {build.startedAt !== null && ended ? (
        <div>
          <dt>{t("took")}</dt>
          <dd>{t.rich("tookTime", { time: () => <Elapsed from={build.startedAt} to={build.finishedAt} /> })}</dd>
        </div>
      ) : null}
      {build.sizeBytes === null ? null : (
        <div>
          <dt>{t("size")}</dt>
          <dd>
            {ended
              ? formatBytes(build.sizeBytes, locale)
              : t("sizeSoFar", { size: formatBytes(build.sizeBytes, locale) })}
          </dd>
        </div>
      )}
      {build.exitCode === null || build.exitCode === 0 ? null : (
        <div>
          <dt>{t("exitCode")}</dt>
          <dd>{t("exitStatus", { code: build.exitCode })}</dd>
        </div>
      )}
    </dl>
  );
}
