"use client";

import { useTranslations } from "next-intl";

import type { RefObject } from "react";

import { formatCommand, machineCommands } from "@/lib/commands";
import type { MachineVerb } from "@/lib/machine-verbs";
import { CommandLine } from "../ui/command-line";
import { ConfirmFooter } from "../ui/confirm-footer";
import { AlertDialog } from "../ui/dialog";

interface ConfirmActionProps {
  verb: MachineVerb;
  names: readonly string[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onConfirm: () => void;
  /** Takes the focus when the question is answered; by default what had it before. */
  returnFocus?: RefObject<HTMLElement | null>;
}

/** Asks before what cannot be taken back, naming every machine it would meet. */
export function ConfirmAction({ verb, names, open, onOpenChange, onConfirm, returnFocus }: ConfirmActionProps) {
  const t = useTranslations("machines");
  const ta = useTranslations("app");
  const what = names.length === 1 ? names.join() : t("machineCount", { count: names.length });
  return (
    <AlertDialog
      open={open}
      onOpenChange={onOpenChange}
      {...(returnFocus ? { returnFocus } : {})}
      title={t("confirmTitle", { verb, what })}
      description={t("confirmText", { verb, what })}
    >
      {names.length > 1 ? (
        <ul className="flex max-h-32 flex-wrap gap-1.5 overflow-y-auto" aria-label={t("machinesMeant")}>
          {names.map((one) => (
            <li
              key={one}
              className="rounded-md bg-stop-soft px-2 py-0.5 font-mono text-[13px] [overflow-wrap:anywhere]"
            >
              {one}
            </li>
          ))}
        </ul>
      ) : null}
      <CommandLine
        command={names.map((one) => formatCommand(machineCommands[verb](one))).join("\n")}
        className="max-h-32 overflow-y-auto"
      />
      <ConfirmFooter cancel={ta("cancel")} confirm={t(verb)} onConfirm={onConfirm} />
    </AlertDialog>
  );
}
