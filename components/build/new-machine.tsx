"use client";

import { useQuery } from "@tanstack/react-query";
import type { inferOutput } from "@trpc/tanstack-react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { type UseFormReturn, useForm } from "react-hook-form";

import { hasRole } from "@/lib/roles";
import { useTRPC } from "@/lib/trpc/client";
import { PageHeader } from "../shell/page-header";
import { useMe } from "../shell/use-me";
import { ErrorState } from "../ui/error-state";
import { Notice } from "../ui/notice";
import { SkeletonRows } from "../ui/skeleton";
import { type BuildForm, EMPTY_FORM, formOfBuild, resolveBuildForm } from "./build-form";
import { OptionsStep } from "./options-step";
import { ReviewStep } from "./review-step";

export type Recipe = inferOutput<ReturnType<typeof useTRPC>["builds"]["recipes"]>[number];

/** The way to a new machine: what it shall be, then the commands that make it. */
export function NewMachine({ from }: { from: string | null }) {
  const t = useTranslations("builds");
  const trpc = useTRPC();
  const me = useMe();
  const recipes = useQuery(trpc.builds.recipes.queryOptions());
  const model = useQuery({ ...trpc.builds.get.queryOptions({ id: from ?? "" }), enabled: from !== null });
  const error = recipes.error ?? model.error;
  return (
    <div className="grid max-w-3xl gap-4">
      <PageHeader title={t("newMachine")} />
      {me.data && !hasRole(me.data.role, "admin") ? (
        <Notice tone="fail">{t("onlyAdmins")}</Notice>
      ) : error ? (
        <ErrorState error={error} onRetry={() => void recipes.refetch()} />
      ) : recipes.data && (from === null || model.data) ? (
        <Wizard recipes={recipes.data} initial={model.data ? formOfBuild(model.data) : initialForm(recipes.data)} />
      ) : (
        <SkeletonRows label={t("loading")} />
      )}
    </div>
  );
}

/** The first recipe this host can run. */
function initialForm(recipes: readonly Recipe[]): BuildForm {
  const recipe = recipes.find(({ available }) => available)?.id ?? "arch";
  return { ...EMPTY_FORM, recipe, packages: recipe === "arch" ? EMPTY_FORM.packages : "" };
}

export type WizardForm = UseFormReturn<BuildForm>;

function Wizard({ recipes, initial }: { recipes: readonly Recipe[]; initial: BuildForm }) {
  const [reviewing, setReviewing] = useState(false);
  const form = useForm<BuildForm>({ defaultValues: initial, resolver: resolveBuildForm, mode: "onTouched" });
  const recipe = recipes.find(({ id }) => id === form.watch("recipe"));
  // The form stays as it is while its commands are looked at, and when the build is refused.
  return reviewing && recipe ? (
    <ReviewStep recipe={recipe} form={form.getValues()} onBack={() => setReviewing(false)} />
  ) : (
    <OptionsStep recipes={recipes} form={form} onNext={() => setReviewing(true)} />
  );
}
