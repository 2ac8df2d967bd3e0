"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useForm } from "react-hook-form";

import { formatCommand, machineCommands } from "@/lib/commands";
import { machineBindSchema } from "@/lib/machine";
import { useTRPC } from "@/lib/trpc/client";
import { CommandDialog, type MachineDialogProps } from "./command-dialog";
import { PathFields, PathSwitch } from "./path-fields";
import { EMPTY_PATHS, type PathForm, pathResolver, pathsOf } from "./path-form";

/** Shows a path of the host inside the machine until it stops. */
export function BindDialog({ machine, onClose, returnFocus }: MachineDialogProps) {
  const t = useTranslations("machine");
  const trpc = useTRPC();
  const { name, uidShift } = machine;
  const toInput = (values: PathForm) => ({
    name,
    ...pathsOf(values),
    readOnly: values.readOnly,
    mkdir: values.mkdir,
  });
  const form = useForm<PathForm>({ defaultValues: EMPTY_PATHS, resolver: pathResolver(machineBindSchema, toInput) });
  const bind = useMutation(trpc.machines.bind.mutationOptions());
  const preview = machineBindSchema.safeParse(toInput(form.watch()));
  const submit = form.handleSubmit((values) => bind.mutate(toInput(values)));
  return (
    <CommandDialog
      title={t("bindTitle", { name })}
      description={t("bindText")}
      onClose={onClose}
      returnFocus={returnFocus}
      command={preview.success ? formatCommand(machineCommands.bind(preview.data)) : null}
      action={t("bindDo")}
      pending={bind.isPending}
      error={bind.error}
      done={bind.isSuccess ? t("bound", { path: bind.variables.destination ?? bind.variables.source }) : null}
      onSubmit={() => void submit()}
    >
      {uidShift === null || uidShift === 0 ? null : <UserNamespaced name={name} uidShift={uidShift} />}
      <PathFields form={form} sourceLabel={t("pathOnHost")} destinationLabel={t("pathInside")} />
      <div className="flex flex-wrap gap-x-5 gap-y-2">
        <PathSwitch control={form.control} name="readOnly" label={t("bindReadOnly")} />
        <PathSwitch control={form.control} name="mkdir" label={t("bindMkdir")} />
      </div>
    </CommandDialog>
  );
}

/** Why systemd will refuse, and the way out, before anybody types a path. */
function UserNamespaced({ name, uidShift }: { name: string; uidShift: number }) {
  const t = useTranslations("machine");
  return (
    <div className="grid gap-1 rounded-lg bg-busy-soft px-3 py-2 text-busy">
      <p className="font-medium">{t("bindRefusedTitle")}</p>
      <p>{t("bindRefusedText", { uidShift })}</p>
      <pre className="overflow-x-auto font-mono text-xs">{`/etc/systemd/nspawn/${name}.nspawn\n[Files]\nBind=/srv/data`}</pre>
    </div>
  );
}
