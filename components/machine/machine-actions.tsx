"use client";

import { Ellipsis, Play, Power, SquareTerminal } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { AlertDialog, DropdownMenu } from "radix-ui";
import { useState } from "react";

import { formatCommand, machineCommands } from "@/lib/commands";
import type { Machine } from "@/lib/machine";
import { Button, buttonVariants } from "../ui/button";
import { type MachineVerb, useMachineAction } from "./use-machine-action";

/** What may be done with a row; the next sensible thing is a button, the rest is in the menu. */
export function MachineActions({ machine }: { machine: Machine }) {
  const t = useTranslations("machines");
  const action = useMachineAction();
  const [confirming, setConfirming] = useState(false);
  const { name, state } = machine;
  const run = (verb: MachineVerb) => action.mutate({ verb, names: [name] });
  const running = state === "running";
  return (
    <span className="inline-flex items-center gap-1">
      {running ? (
        <>
          <Link
            href={`/machines/${name}#terminal`}
            aria-label={t("terminalName", { name })}
            className={buttonVariants({ variant: "icon" })}
          >
            <SquareTerminal aria-hidden className="size-4" />
          </Link>
          <Button variant="icon" aria-label={t("poweroffName", { name })} onClick={() => run("poweroff")}>
            <Power aria-hidden className="size-4" />
          </Button>
        </>
      ) : (
        <Button
          variant="icon"
          aria-label={t("startName", { name })}
          disabled={machine.image === null || state === "starting" || state === "stopping"}
          onClick={() => run("start")}
        >
          <Play aria-hidden className="size-4" />
        </Button>
      )}
      <DropdownMenu.Root>
        <DropdownMenu.Trigger asChild>
          <Button variant="icon" aria-label={t("more", { name })}>
            <Ellipsis aria-hidden className="size-4" />
          </Button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="end"
            className="z-20 min-w-64 rounded-lg border border-line-2 bg-panel p-1 shadow-lg"
          >
            {running ? <Item verb="reboot" name={name} onSelect={run} /> : null}
            {running ? <Item verb="terminate" name={name} onSelect={() => setConfirming(true)} /> : null}
            {machine.enabled === null ? null : (
              <Item verb={machine.enabled ? "disable" : "enable"} name={name} onSelect={run} />
            )}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <ConfirmTerminate name={name} open={confirming} onOpenChange={setConfirming} onConfirm={() => run("terminate")} />
    </span>
  );
}

function Item({ verb, name, onSelect }: { verb: MachineVerb; name: string; onSelect: (verb: MachineVerb) => void }) {
  const t = useTranslations("machines");
  return (
    <DropdownMenu.Item
      className="cursor-pointer rounded-md px-2.5 py-1.5 outline-none data-highlighted:bg-accent-soft"
      onSelect={() => onSelect(verb)}
    >
      {t(verb)}
      <code className="block font-mono text-ink-3 text-xs">{formatCommand(machineCommands[verb](name))}</code>
    </DropdownMenu.Item>
  );
}

interface ConfirmProps {
  name: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onConfirm: () => void;
}

function ConfirmTerminate({ name, open, onOpenChange, onConfirm }: ConfirmProps) {
  const t = useTranslations("machines");
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-20 bg-black/40" />
        <AlertDialog.Content className="fixed top-1/3 left-1/2 z-30 grid w-[min(28rem,92vw)] -translate-x-1/2 gap-3 rounded-xl border border-line-2 bg-panel p-5">
          <AlertDialog.Title className="font-semibold text-base">{t("terminateTitle", { name })}</AlertDialog.Title>
          <AlertDialog.Description className="text-ink-2">{t("terminateText", { name })}</AlertDialog.Description>
          <code className="rounded-md bg-stop-soft px-2.5 py-1.5 font-mono text-ink-2 text-xs">
            $ {formatCommand(machineCommands.terminate(name))}
          </code>
          <div className="flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>{t("cancel")}</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button variant="danger" onClick={onConfirm}>
                {t("terminate")}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
