"use client";

import { ChevronDown, X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { RefObject } from "react";

import { cn } from "@/lib/utils";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import { type ChipsProps, KIND_ICONS, useSessionNames } from "./terminal-chips";
import { TOOL_TARGET } from "./tool";

interface SwitcherProps extends ChipsProps {
  trigger: RefObject<HTMLButtonElement | null>;
}

/** The chips where there is room for one: the session on screen, with a menu of the others. */
export function TerminalSwitcher({
  sessions,
  active,
  withMachine,
  onChoose,
  onClose,
  children,
  trigger,
}: SwitcherProps) {
  const t = useTranslations("terminal");
  const names = useSessionNames(sessions, withMachine);
  const index = sessions.findIndex(({ id }) => id === active);
  const current = sessions[index];
  if (!current) return children;
  const name = names[index] ?? current.machine;
  const Icon = KIND_ICONS[current.kind];
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <DropdownMenu>
        <DropdownMenuTrigger
          ref={trigger}
          aria-label={t("switch", { name })}
          className={cn(
            TOOL_TARGET,
            "inline-flex h-[26px] min-w-0 items-center gap-1.5 rounded-full bg-accent-soft px-2.5 text-[12.5px] max-md:h-9 max-md:text-[13px]",
          )}
        >
          <Icon aria-hidden className="size-3.5 shrink-0" />
          <span className={current.kind === "shell" ? "truncate font-mono" : "truncate"}>{name}</span>
          <ChevronDown aria-hidden className="size-3 shrink-0 text-ink-3" />
        </DropdownMenuTrigger>
        <DropdownMenuContent align="start">
          <DropdownMenuRadioGroup value={current.id} onValueChange={onChoose}>
            {sessions.map(({ id, state }, at) => (
              <DropdownMenuRadioItem key={id} value={id}>
                <span className="flex-1">{names[at]}</span>
                {state === "exited" ? <span className="text-ink-3 text-xs">{t("ended")}</span> : null}
              </DropdownMenuRadioItem>
            ))}
          </DropdownMenuRadioGroup>
          <DropdownMenuSeparator />
          <DropdownMenuItem onSelect={() => onClose(current)}>
            <X aria-hidden />
            {t("closeName", { name })}
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      {children}
    </span>
  );
}
