"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ChevronLeft, Hammer } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";

import {
  DEFAULT_MIRROR,
  needsPacmanConfig,
  pacmanConfigText,
  previewCommands,
  unsupportedOption,
} from "@/lib/build-commands";
import { toBuildReason } from "@/lib/build-reasons";
import { useTRPC } from "@/lib/trpc/client";
import { describeError } from "@/lib/trpc/describe-error";
import { reasonOf } from "@/lib/trpc/reason-of";
import { Button } from "../ui/button";
import { CommandLine } from "../ui/command-line";
import { Notice } from "../ui/notice";
import { type BuildForm, toBuildCreate, toBuildOptions } from "./build-form";
import { BuildProblem } from "./build-problem";
import type { Recipe } from "./new-machine";

interface ReviewStepProps {
  recipe: Recipe;
  form: BuildForm;
  onBack: () => void;
}

/** The commands that will be run, made by the code that runs them. */
export function ReviewStep({ recipe, form, onBack }: ReviewStepProps) {
  const t = useTranslations("builds");
  const trpc = useTRPC();
  const router = useRouter();
  const queries = useQueryClient();
  const create = useMutation(
    trpc.builds.create.mutationOptions({
      onSuccess: async ({ id }) => {
        router.push(`/builds/${id}`);
        await queries.invalidateQueries({ queryKey: trpc.builds.pathKey() });
      },
    }),
  );
  const options = toBuildOptions(form);
  const unsupported = unsupportedOption(options, recipe.host);
  return (
    <section className="grid gap-4" aria-labelledby="review">
      <h2 id="review" className="font-semibold text-base">
        {t("reviewTitle", { name: options.name })}
      </h2>
      <p className="text-ink-2">{t("reviewText")}</p>
      <div className="grid gap-1.5">
        {previewCommands(options, recipe.host).map((command) => (
          <CommandLine key={command} command={command} />
        ))}
      </div>
      {needsPacmanConfig(options, recipe.host) ? (
        <figure className="grid gap-1.5">
          <figcaption className="text-ink-2">{t("configMade")}</figcaption>
          <pre className="overflow-auto rounded-md bg-stop-soft px-3 py-2 font-mono text-ink-2 text-xs">
            {pacmanConfigText(options.mirror ?? DEFAULT_MIRROR.arch)}
          </pre>
        </figure>
      ) : null}
      <p className="text-ink-2">{t("alsoWrites")}</p>
      {form.login === "password" ? <p className="text-ink-2">{t("passwordPath")}</p> : null}
      {unsupported ? <Notice tone="fail">{unsupported}</Notice> : null}
      {create.error ? <Refusal error={create.error} name={options.name} /> : null}
      <div className="flex flex-wrap justify-between gap-2">
        <Button onClick={onBack}>
          <ChevronLeft aria-hidden />
          {t("back")}
        </Button>
        <Button
          variant="primary"
          disabled={create.isPending || create.isSuccess || unsupported !== null}
          onClick={() => create.mutate(toBuildCreate(form))}
        >
          <Hammer aria-hidden />
          {t("build")}
        </Button>
      </div>
    </section>
  );
}

function Refusal({ error, name }: { error: unknown; name: string }) {
  const t = useTranslations("app");
  const told = { ...describeError(error, t("unreachable")), reason: toBuildReason(reasonOf(error)) };
  return <BuildProblem told={told} name={name} />;
}
