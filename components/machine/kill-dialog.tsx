"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";

import { formatCommand, machineCommands } from "@/lib/commands";
import { useTRPC } from "@/lib/trpc/client";
import { Choice } from "../ui/choice";
import { Select } from "../ui/select";
import { CommandDialog, type MachineDialogProps } from "./command-dialog";

/** What is sent by hand with what it does, the common ones first; what systemd as init understands last. */
const SIGNALS = [
  { value: "SIGTERM", meaning: "askToEnd" },
  { value: "SIGKILL", meaning: "endAtOnce" },
  { value: "SIGHUP", meaning: "hangUp" },
  { value: "SIGINT", meaning: "interrupt" },
  { value: "SIGQUIT", meaning: "quitWithCore" },
  { value: "SIGABRT", meaning: "abort" },
  { value: "SIGUSR1", meaning: "ownMeaning" },
  { value: "SIGUSR2", meaning: "ownMeaning" },
  { value: "SIGSTOP", meaning: "pause" },
  { value: "SIGCONT", meaning: "goOn" },
  { value: "SIGRTMIN+3", meaning: "initHalt" },
  { value: "SIGRTMIN+4", meaning: "initPowerOff" },
  { value: "SIGRTMIN+5", meaning: "initReboot" },
] as const;
type Signal = (typeof SIGNALS)[number]["value"];

/** Sends a signal to the leader, or to every process. */
export function KillDialog({ machine: { name }, onClose, returnFocus }: MachineDialogProps) {
  const t = useTranslations("machine");
  const trpc = useTRPC();
  const id = useId();
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
      <div className="grid gap-1">
        <label htmlFor={id} className="font-medium">
          {t("signal")}
        </label>
        <Select
          id={id}
          label={t("signal")}
          value={signal}
          options={SIGNALS.map(({ value, meaning }) => ({ value, label: `${value} · ${t(meaning)}` }))}
          onValueChange={setSignal}
        />
      </div>
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
