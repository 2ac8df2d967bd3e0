"use client";

import { Play, Power, SquareTerminal } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";

import type { Machine } from "@/lib/machine";
import { useMay } from "../shell/use-me";
import { Button } from "../ui/button";
import { DropdownMenuSeparator } from "../ui/dropdown-menu";
import { CommandItem } from "./action-menu";
import { BindDialog } from "./bind-dialog";
import { CopyDialog } from "./copy-dialog";
import { ExecDialog } from "./exec-dialog";
import { KillDialog } from "./kill-dialog";
import { ActionMenu, useVerbs } from "./machine-actions";
import { useLive } from "./machines-provider";

type DialogName = "exec" | "kill" | "bind" | "copyTo" | "copyFrom";

/** What may be done with the machine of this page. Nothing for a viewer. */
export function PageActions({ machine }: { machine: Machine }) {
  const t = useTranslations("machines");
  const verbs = useVerbs(machine);
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  if (!useMay("operator")) return null;
  const on = machine.state === "running" || machine.state === "stopping";
  const verb = on ? "poweroff" : "start";
  const Icon = on ? Power : Play;
  const shared = { machine, returnFocus: trigger, onClose: () => setDialog(null) };
  return (
    <div className="flex flex-wrap items-center gap-2 md:ml-auto">
      {machine.state === "running" ? (
        <Button asChild variant="primary">
          <a href="#terminal">
            <SquareTerminal aria-hidden />
            {t("terminal")}
          </a>
        </Button>
      ) : null}
      <Button
        variant={on ? "outline" : "primary"}
        aria-disabled={!verbs.may(verb)}
        onClick={() => verbs.may(verb) && verbs.act(verb)}
      >
        <Icon aria-hidden />
        {t(verb)}
      </Button>
      <ActionMenu machine={machine} trigger={trigger} {...verbs}>
        <MoreItems machine={machine} onChoose={setDialog} />
      </ActionMenu>
      {dialog === "exec" ? <ExecDialog {...shared} /> : null}
      {dialog === "kill" ? <KillDialog {...shared} /> : null}
      {dialog === "bind" ? <BindDialog {...shared} /> : null}
      {dialog === "copyTo" || dialog === "copyFrom" ? <CopyDialog direction={dialog} {...shared} /> : null}
    </div>
  );
}

/** Actions that ask for more first; each says the command it will become. */
function MoreItems({ machine, onChoose }: { machine: Machine; onChoose: (dialog: DialogName) => void }) {
  const t = useTranslations("machine");
  const live = useLive();
  const mayTouchHost = useMay("admin");
  const { name } = machine;
  const disabled = !live || machine.service === null;
  const item = (dialog: DialogName, command: string) => (
    <CommandItem command={command} disabled={disabled} onSelect={() => onChoose(dialog)}>
      {t(dialog)}
    </CommandItem>
  );
  return (
    <>
      {item("kill", `machinectl kill ${name} …`)}
      <DropdownMenuSeparator />
      {item("exec", `systemd-run -M ${name} --wait --pipe …`)}
      {mayTouchHost ? (
        <>
          {item("bind", `machinectl bind ${name} …`)}
          {item("copyTo", `machinectl copy-to ${name} …`)}
          {item("copyFrom", `machinectl copy-from ${name} …`)}
        </>
      ) : null}
    </>
  );
}
