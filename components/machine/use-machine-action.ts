"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { toast } from "sonner";

import { formatCommand, machineCommands } from "@/lib/commands";
import { useTRPCClient } from "@/lib/trpc/client";

export type MachineVerb = "start" | "poweroff" | "reboot" | "terminate" | "enable" | "disable";

/** Runs a verb on machines, and tells the command it stood for, or what failed and what to try. */
export function useMachineAction() {
  const t = useTranslations("machines");
  const client = useTRPCClient();
  return useMutation({
    mutationFn: async ({ verb, names }: { verb: MachineVerb; names: string[] }) => {
      const answer = await client.machines[verb].mutate({ names });
      return "command" in answer ? [] : answer;
    },
    onSuccess: (results, { verb }) => {
      for (const result of results) {
        if (result.ok) tellCommand(t, formatCommand(machineCommands[verb](result.name)));
        else {
          const description = [result.error?.message, result.error?.hint].filter(Boolean).join(" ");
          toast.error(`${t("failedAction")}: ${result.name}`, { description, duration: 10_000 });
        }
      }
    },
    onError: (error) => toast.error(t("failedAction"), { description: error.message, duration: 10_000 }),
  });
}

function tellCommand(t: ReturnType<typeof useTranslations<"machines">>, command: string): void {
  toast.success(t("ran"), {
    description: command,
    classNames: { description: "font-mono" },
    action: { label: t("copy"), onClick: () => void navigator.clipboard?.writeText(command) },
  });
}
