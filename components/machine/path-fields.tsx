"use client";

import { useTranslations } from "next-intl";
import { useId } from "react";
import { type Control, Controller, type UseFormReturn } from "react-hook-form";
import { Checkbox } from "../ui/checkbox";
import { FormField } from "../ui/form-field";
import type { PathForm } from "./path-form";

interface PathFieldsProps {
  form: UseFormReturn<PathForm>;
  sourceLabel: string;
  destinationLabel: string;
}

/** Where from and where to; both are absolute paths. */
export function PathFields({ form, sourceLabel, destinationLabel }: PathFieldsProps) {
  const t = useTranslations("machine");
  const { errors } = form.formState;
  const typed = { autoComplete: "off", autoCapitalize: "none", spellCheck: false } as const;
  return (
    <>
      <FormField
        label={sourceLabel}
        placeholder="/srv/data"
        error={errors.source && t("pathWrong")}
        {...typed}
        {...form.register("source")}
      />
      <FormField
        label={destinationLabel}
        hint={t("destinationHint")}
        placeholder={form.watch("source").trim()}
        error={errors.destination && t("pathWrong")}
        {...typed}
        {...form.register("destination")}
      />
    </>
  );
}

interface SwitchProps {
  control: Control<PathForm>;
  name: "readOnly" | "mkdir" | "force";
  label: string;
}

export function PathSwitch({ control, name, label }: SwitchProps) {
  const id = useId();
  return (
    <div className="flex items-center gap-2">
      <Controller
        control={control}
        name={name}
        render={({ field: { value, onChange, ref } }) => (
          <Checkbox id={id} ref={ref} checked={value} onCheckedChange={(checked) => onChange(checked === true)} />
        )}
      />
      <label htmlFor={id}>{label}</label>
    </div>
  );
}
