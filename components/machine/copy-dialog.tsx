"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useForm } from "react-hook-form";

import { formatCommand, machineCommands } from "@/lib/commands";
import { machineCopySchema } from "@/lib/machine";
import { useTRPC } from "@/lib/trpc/client";
import { CommandDialog, type MachineDialogProps } from "./command-dialog";
import { PathFields, PathSwitch } from "./path-fields";
import { EMPTY_PATHS, type PathForm, pathResolver, pathsOf } from "./path-form";

/** Copies a file or a tree between the host and the machine. */
export function CopyDialog({
  direction,
  machine: { name },
  onClose,
  returnFocus,
}: MachineDialogProps & { direction: "copyTo" | "copyFrom" }) {
  const t = useTranslations("machine");
  const trpc = useTRPC();
  const into = direction === "copyTo";
  const toInput = (values: PathForm) => ({ name, ...pathsOf(values), force: values.force });
  const form = useForm<PathForm>({ defaultValues: EMPTY_PATHS, resolver: pathResolver(machineCopySchema, toInput) });
  const copy = useMutation(trpc.machines[direction].mutationOptions());
  const preview = machineCopySchema.safeParse(toInput(form.watch()));
  const submit = form.handleSubmit((values) => copy.mutate(toInput(values)));
  return (
    <CommandDialog
      title={t(into ? "copyToTitle" : "copyFromTitle", { name })}
      description={t(into ? "copyToText" : "copyFromText")}
      onClose={onClose}
      returnFocus={returnFocus}
      command={preview.success ? formatCommand(machineCommands[direction](preview.data)) : null}
      action={t("copyDo")}
      pending={copy.isPending}
      error={copy.error}
      done={copy.isSuccess ? t("copied", { path: copy.variables.destination ?? copy.variables.source }) : null}
      onSubmit={() => void submit()}
    >
      <PathFields
        form={form}
        sourceLabel={t(into ? "pathOnHost" : "pathInside")}
        destinationLabel={t(into ? "pathInside" : "pathOnHost")}
      />
      <PathSwitch control={form.control} name="force" label={t("copyForce")} />
    </CommandDialog>
  );
}
