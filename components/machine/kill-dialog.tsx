"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { formatCommand, machineCommands } from "@/lib/commands";
import { useTRPC } from "@/lib/trpc/client";
import { Choice } from "../ui/choice";
import { CommandDialog, type MachineDialogProps } from "./command-dialog";
import { type Signal, SignalField } from "./signal-field";

/** Sends a signal to the leader, or to every process. */
export function KillDialog({ machine: { name }, onClose, returnFocus }: MachineDialogProps) {
  const t = useTranslations("machine");
  const trpc = useTRPC();
  const [signal, setSignal] = useState<Signal>("SIGTERM");
  const [whom, setWhom] = useState<"leader" | "all">("all");
  const kill = useMutation(trpc.machines.kill.mutationOptions());
  const sent = kill.isSuccess ? kill.variables : null;
  return (
    <CommandDialog
      title={t("killTitle", { name })}
      description={t("killText")}
      onClose={onClose}
      returnFocus={returnFocus}
      command={formatCommand(machineCommands.kill(name, whom, signal))}
      action={t("send")}
      danger
      pending={kill.isPending}
      error={kill.error}
      done={sent ? t("sent", { signal: String(sent.signal) }) : null}
      onSubmit={() => kill.mutate({ name, whom, signal })}
    >
      <SignalField value={signal} onChange={setSignal} init />
      <Choice
        legend={t("whom")}
        value={whom}
        onChange={setWhom}
        options={[
          { value: "all", label: t("all"), text: t("allText") },
          { value: "leader", label: t("leaderOnly"), text: t("leaderText") },
        ]}
      />
    </CommandDialog>
  );
}
