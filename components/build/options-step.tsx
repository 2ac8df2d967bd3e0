"use client";

import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";

import { DEFAULT_PACKAGES } from "@/lib/build-commands";
import { useMachines } from "../machine/machines-provider";
import { Button } from "../ui/button";
import { Choice } from "../ui/choice";
import { FormField } from "../ui/form-field";
import type { BuildForm } from "./build-form";
import type { Recipe, WizardForm } from "./new-machine";

interface OptionsStepProps {
  recipes: readonly Recipe[];
  form: WizardForm;
  onNext: () => void;
}

export function OptionsStep({ recipes, form, onNext }: OptionsStepProps) {
  const t = useTranslations("builds");
  const { machines } = useMachines();
  const { register, watch, setValue, setError, handleSubmit, formState } = form;
  const { errors } = formState;
  const recipe = recipes.find(({ id }) => id === watch("recipe"));
  const submit = handleSubmit((values) => {
    if (machines?.has(values.name.trim())) setError("name", { type: "taken" }, { shouldFocus: true });
    else onNext();
  });
  const nameError = errors.name && (errors.name.type === "taken" ? t("nameTaken") : t("nameWrong"));
  return (
    <form className="grid gap-5" noValidate onSubmit={(event) => void submit(event)}>
      <RecipeChoice recipes={recipes} form={form} />
      <FormField
        label={t("name")}
        hint={t("nameHint")}
        error={nameError}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        {...register("name")}
      />
      <Choice
        legend={t("rootLogin")}
        value={watch("login")}
        onChange={(login) => setValue("login", login, { shouldValidate: formState.isSubmitted })}
        options={[
          { value: "password", label: t("loginPassword"), text: t("loginPasswordText") },
          { value: "passwordless", label: t("loginPasswordless"), text: t("loginPasswordlessText") },
          { value: "none", label: t("loginNone"), text: t("loginNoneText") },
        ]}
      />
      {watch("login") === "password" ? (
        <FormField
          label={t("password")}
          hint={t("passwordHint")}
          error={errors.password && t("passwordWrong")}
          type="password"
          autoComplete="new-password"
          {...register("password")}
        />
      ) : null}
      {recipe ? <Advanced recipe={recipe} form={form} /> : null}
      <div className="flex justify-end">
        <Button type="submit" variant="primary" disabled={!recipe?.available}>
          {t("review")}
          <ChevronRight aria-hidden />
        </Button>
      </div>
    </form>
  );
}

function RecipeChoice({ recipes, form }: { recipes: readonly Recipe[]; form: WizardForm }) {
  const t = useTranslations("builds");
  const choose = (recipe: BuildForm["recipe"]) => {
    form.setValue("recipe", recipe);
    // "base" is Arch's word; packages somebody typed are left alone.
    const arch = DEFAULT_PACKAGES.arch.join(" ");
    const packages = form.getValues("packages").trim();
    if (recipe === "arch" && packages === "") form.setValue("packages", arch);
    if (recipe !== "arch" && packages === arch) form.setValue("packages", "");
  };
  return (
    <Choice
      legend={t("recipe")}
      value={form.watch("recipe")}
      onChange={choose}
      options={recipes.map((recipe) => ({
        value: recipe.id,
        label: t(recipe.id),
        text: recipe.available
          ? t("madeWith", { tool: recipe.tool })
          : t("lacks", { tools: recipe.missing.join(", "), hint: t("why.missing-tool.hint") }),
        disabled: !recipe.available,
      }))}
    />
  );
}

function Advanced({ recipe, form }: { recipe: Recipe; form: WizardForm }) {
  const t = useTranslations("builds");
  const { register, formState } = form;
  const { errors } = formState;
  const wrong = ["packages", "ignore", "mirror", "suite", "config"].some((field) => Object.hasOwn(errors, field));
  const typed = { autoComplete: "off", autoCapitalize: "none", spellCheck: false, className: "w-full font-mono" };
  const has = (option: string) => recipe.options.includes(option);
  return (
    // An error in here must be seen.
    <details className="rounded-xl border border-line bg-panel" open={wrong || undefined}>
      <summary className="cursor-pointer px-4 py-2.5 font-medium">{t("advanced")}</summary>
      <div className="grid gap-4 px-4 pb-4 sm:grid-cols-2">
        <FormField
          label={t("packages")}
          hint={t(recipe.id === "arch" ? "packagesHintArch" : "packagesHintDebian")}
          error={errors.packages && t("packagesWrong")}
          {...typed}
          {...register("packages")}
        />
        {has("ignore") ? (
          <FormField
            label={t("ignore")}
            hint={t("ignoreHint")}
            error={errors.ignore && t("packagesWrong")}
            {...typed}
            {...register("ignore")}
          />
        ) : null}
        {has("suite") ? (
          <FormField
            label={t("suite")}
            hint={t("suiteHint")}
            error={errors.suite && t("suiteWrong")}
            placeholder={recipe.defaults.suite ?? undefined}
            {...typed}
            {...register("suite")}
          />
        ) : null}
        <FormField
          label={t("mirror")}
          hint={t("mirrorHint")}
          error={errors.mirror && t("mirrorWrong")}
          placeholder={recipe.defaults.mirror ?? undefined}
          {...typed}
          {...register("mirror")}
        />
        <FormField
          label={t("config")}
          hint={t(recipe.id === "arch" ? "configHintArch" : "configHintDebian")}
          error={errors.config && t("configWrong")}
          {...typed}
          {...register("config")}
        />
      </div>
    </details>
  );
}
