"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";

import type { Build } from "@/lib/build";
import { formatDateTime } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { PageHeader } from "../shell/page-header";
import { EmptyState } from "../ui/empty-state";
import { ErrorState } from "../ui/error-state";
import { Select } from "../ui/select";
import { SkeletonRows } from "../ui/skeleton";
import { ComparisonTables } from "./comparison-tables";

const MAX_CHOICES = 200;

/** What two builds differ in: `a` before, `b` after. What is not named yet is chosen here. */
export function CompareBuilds({ a, b }: { a: string | null; b: string | null }) {
  const t = useTranslations("builds");
  const trpc = useTRPC();
  const builds = useQuery(trpc.builds.list.queryOptions({ state: "succeeded", limit: MAX_CHOICES }));
  return (
    <div className="grid gap-4">
      <PageHeader title={t("compareTitle")} />
      {builds.error ? (
        <ErrorState error={builds.error} onRetry={() => void builds.refetch()} />
      ) : builds.data === undefined ? (
        <SkeletonRows label={t("loading")} />
      ) : builds.data.length < 2 ? (
        <EmptyState title={t("compareNothing")}>
          <p>{t("compareNothingText")}</p>
        </EmptyState>
      ) : (
        <Comparison builds={builds.data} a={a} b={b} />
      )}
    </div>
  );
}

/** The build before `after` that is most like it: of the same machine, else of the same distribution. */
function predecessor(builds: readonly Build[], after: Build | undefined): Build | undefined {
  const earlier = builds.filter(({ id }) => after === undefined || id < after.id);
  const others = earlier.length > 0 ? earlier : builds.filter(({ id }) => id !== after?.id);
  return (
    others.find(({ name }) => name === after?.name) ??
    others.find(({ recipe }) => recipe === after?.recipe) ??
    others[0]
  );
}

function Comparison({ builds, a, b }: { builds: readonly Build[]; a: string | null; b: string | null }) {
  const t = useTranslations("builds");
  const router = useRouter();
  const after = builds.find(({ id }) => id === b) ?? builds[0];
  const before = builds.find(({ id }) => id === a) ?? predecessor(builds, after);
  if (!before || !after) return null;
  const choose = (from: string, to: string) =>
    router.replace(`/builds/compare?${new URLSearchParams({ a: from, b: to })}`, { scroll: false });
  return (
    <>
      <div className="grid items-end gap-3 md:grid-cols-[1fr_auto_1fr]">
        <BuildChoice label={t("before")} builds={builds} build={before} onChange={(id) => choose(id, after.id)} />
        <ArrowRight aria-hidden className="mb-1.5 size-4 text-ink-3 max-md:hidden" />
        <BuildChoice label={t("after")} builds={builds} build={after} onChange={(id) => choose(before.id, id)} />
      </div>
      <Differences a={before.id} b={after.id} />
    </>
  );
}

interface BuildChoiceProps {
  label: string;
  builds: readonly Build[];
  build: Build;
  onChange: (id: string) => void;
}

function BuildChoice({ label, builds, build, onChange }: BuildChoiceProps) {
  const locale = useLocale();
  const options = builds.map(({ id, name, createdAt }) => ({
    value: id,
    label: `${name} · ${formatDateTime(new Date(createdAt), locale)}`,
  }));
  return (
    <div className="grid min-w-0 gap-1">
      <Link href={`/builds/${build.id}`} className="w-fit font-medium hover:underline">
        {label}
      </Link>
      <Select label={label} value={build.id} options={options} onValueChange={onChange} className="w-full min-w-0" />
    </div>
  );
}

function Differences({ a, b }: { a: string; b: string }) {
  const t = useTranslations("builds");
  const trpc = useTRPC();
  const comparison = useQuery(trpc.builds.compare.queryOptions({ a, b }));
  if (comparison.error) return <ErrorState error={comparison.error} onRetry={() => void comparison.refetch()} />;
  return comparison.data ? <ComparisonTables comparison={comparison.data} /> : <SkeletonRows label={t("loading")} />;
}
