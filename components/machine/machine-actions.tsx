"use client";

import { Ellipsis, Play, Power, SquareTerminal } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, type RefObject, useRef, useState } from "react";

import { formatCommand, machineCommands } from "@/lib/commands";
import type { Machine } from "@/lib/machine";
import { type MachineVerb, mayApply } from "@/lib/machine-verbs";
import { cn } from "@/lib/utils";
import { useMay } from "../shell/use-me";
import { Button } from "../ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import { Tooltip } from "../ui/tooltip";
import { AskFirst } from "./ask-first";
import { useMachines } from "./machines-provider";
import { useMachineAction } from "./use-machine-action";

interface MachineActionsProps {
  machine: Machine;
  /** Larger targets, and the terminal in the menu: for a row under a thumb. */
  compact?: boolean;
}

interface Verbs {
  /** Whether the verb can be applied now. */
  may: (verb: MachineVerb) => boolean;
  act: (verb: MachineVerb) => void;
}

type PartProps = MachineActionsProps & Verbs;

/** What the verbs of a machine can do at this moment. */
export function useVerbs(machine: Machine): Verbs {
  const { live } = useMachines();
  const { run, pending } = useMachineAction();
  const { name } = machine;
  return {
    may: (verb) => live && !pending.has(name) && mayApply(verb, machine),
    act: (verb) => void run(verb, [name]),
  };
}

/** What may be done with a machine; the next sensible thing is a button, the rest is in the menu. Nothing for a viewer. */
export function MachineActions({ machine, compact = false }: MachineActionsProps) {
  const verbs = useVerbs(machine);
  const mayAct = useMay("operator");
  const { name, state } = machine;
  if (!mayAct) return null;
  const part: PartProps = { machine, compact, ...verbs };
  return (
    <span className="inline-flex items-center gap-1">
      {state === "running" && !compact ? <TerminalLink name={name} /> : null}
      <PowerButton {...part} />
      <ActionMenu {...part} />
    </span>
  );
}

function terminalOf(name: string): string {
  return `/machines/${name}#terminal`;
}

function TerminalLink({ name }: { name: string }) {
  const t = useTranslations("machines");
  return (
    <Tooltip text={t("terminal")}>
      <Button asChild variant="icon">
        <Link href={terminalOf(name)} prefetch={false} aria-label={t("terminalName", { name })}>
          <SquareTerminal aria-hidden />
        </Link>
      </Button>
    </Tooltip>
  );
}

/** One button that starts or powers off, so that the focus stays on it while the state changes under it. */
function PowerButton({ machine: { name, state }, compact, may, act }: PartProps) {
  const t = useTranslations("machines");
  const verb = state === "running" || state === "stopping" ? "poweroff" : "start";
  const Icon = verb === "start" ? Play : Power;
  return (
    <Tooltip text={t(verb)}>
      <Button
        variant="icon"
        className={cn(compact && "size-11")}
        aria-label={t(verb === "start" ? "startName" : "poweroffName", { name })}
        aria-disabled={!may(verb)}
        onClick={() => may(verb) && act(verb)}
      >
        <Icon aria-hidden />
      </Button>
    </Tooltip>
  );
}

interface ActionMenuProps extends PartProps {
  /** More items, before those about the next boot. */
  children?: ReactNode;
  /** The button that opens it, for who has to give the focus back to it. */
  trigger?: RefObject<HTMLButtonElement | null>;
}

/** What is seldom done with a machine, each with its command. */
export function ActionMenu({ machine, compact, may, act, children, trigger: given }: ActionMenuProps) {
  const t = useTranslations("machines");
  const [confirming, setConfirming] = useState(false);
  const own = useRef<HTMLButtonElement>(null);
  const trigger = given ?? own;
  const { name, state, enabled } = machine;
  const item = (verb: MachineVerb, label: string, onSelect = () => act(verb)) => (
    <CommandItem
      command={formatCommand(machineCommands[verb](name))}
      danger={verb === "terminate"}
      disabled={!may(verb)}
      onSelect={onSelect}
    >
      {label}
    </CommandItem>
  );
  return (
    <>
      <DropdownMenu>
        <Tooltip text={t("moreActions")}>
          <DropdownMenuTrigger asChild>
            <Button ref={trigger} variant="icon" className={cn(compact && "size-11")} aria-label={t("more", { name })}>
              <Ellipsis aria-hidden />
            </Button>
          </DropdownMenuTrigger>
        </Tooltip>
        <DropdownMenuContent align="end" className="w-72">
          {state === "running" && compact ? (
            <>
              <DropdownMenuItem asChild className="min-h-11">
                <Link href={terminalOf(name)}>{t("terminal")}</Link>
              </DropdownMenuItem>
              <DropdownMenuSeparator />
            </>
          ) : null}
          {item("reboot", t("reboot"))}
          {item("terminate", t("terminateAsk"), () => setConfirming(true))}
          {children}
          {enabled === null ? null : <DropdownMenuSeparator />}
          {enabled === null ? null : enabled ? item("disable", t("disable")) : item("enable", t("enable"))}
        </DropdownMenuContent>
      </DropdownMenu>
      <AskFirst
        verb="terminate"
        names={[name]}
        open={confirming}
        onOpenChange={setConfirming}
        onConfirm={() => act("terminate")}
        returnFocus={trigger}
      />
    </>
  );
}

interface CommandItemProps {
  /** As a person would type it. */
  command: string;
  disabled: boolean;
  danger?: boolean;
  onSelect: () => void;
  children: ReactNode;
}

/** A menu item with the command it stands for. */
export function CommandItem({ command, disabled, danger = false, onSelect, children }: CommandItemProps) {
  return (
    <DropdownMenuItem
      className={cn("flex-col items-start gap-0", danger && "text-fail")}
      disabled={disabled}
      onSelect={onSelect}
    >
      {children}
      <code className="max-w-full truncate font-mono text-ink-3 text-xs">{command}</code>
    </DropdownMenuItem>
  );
}
