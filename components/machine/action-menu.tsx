"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { formatCommand, machineCommands } from "@/lib/commands";
import type { Machine } from "@/lib/machine";
import type { MachineVerb } from "@/lib/machine-verbs";
import { cn } from "@/lib/utils";
import { DropdownMenuItem, DropdownMenuSeparator } from "../ui/dropdown-menu";
import type { MenuPlace } from "../ui/late-menu";
import { MenuAt } from "../ui/menu-at";
import { terminalOf, type Verbs } from "./machine-actions";

interface ActionMenuItemsProps extends MenuPlace, Verbs {
  machine: Machine;
  /** With the terminal, for a row under a thumb. */
  compact: boolean | undefined;
  /** More items, before those about the next boot. */
  children: ReactNode;
}

/** The menu of what is seldom done with a machine. */
export function ActionMenuItems({ machine, compact, may, act, children, ...place }: ActionMenuItemsProps) {
  const t = useTranslations("machines");
  const { name, state, enabled } = machine;
  const item = (verb: MachineVerb, label: string) => (
    <CommandItem
      command={formatCommand(machineCommands[verb](name))}
      danger={verb === "terminate"}
      disabled={!may(verb)}
      onSelect={() => act(verb)}
    >
      {label}
    </CommandItem>
  );
  return (
    <MenuAt align="end" className="w-72" {...place}>
      {state === "running" && compact ? (
        <>
          <DropdownMenuItem asChild className="min-h-11">
            <Link href={terminalOf(name)}>{t("terminal")}</Link>
          </DropdownMenuItem>
          <DropdownMenuSeparator />
        </>
      ) : null}
      {item("reboot", t("reboot"))}
      {item("terminate", t("terminateAsk"))}
      {children}
      {enabled === null ? null : <DropdownMenuSeparator />}
      {enabled === null ? null : enabled ? item("disable", t("disable")) : item("enable", t("enable"))}
    </MenuAt>
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
