"use client";

import { Eye, Keyboard, Users } from "lucide-react";
import { useTranslations } from "next-intl";

import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import { TOOL_TARGET } from "./tool";
import type { TerminalHandle } from "./use-terminal";

/** Everybody who looks at the session, and who of them types. Shown when one is not alone. */
export function PeopleMenu({ state, send, narrow }: Pick<TerminalHandle, "state" | "send"> & { narrow: boolean }) {
  const t = useTranslations("terminal");
  const { people, you } = state;
  if (people.length < 2) return null;
  const mayDecide = people.some(({ id, mayType }) => id === you && mayType);
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button
          variant="ghost"
          className={cn(TOOL_TARGET, "h-7 px-2 max-md:h-9")}
          aria-label={t("here", { count: people.length })}
        >
          <Users aria-hidden />
          {narrow ? people.length : t("here", { count: people.length })}
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuLabel>{t("people")}</DropdownMenuLabel>
        {people.map(({ id, name, mayType }) => (
          <DropdownMenuItem
            key={id}
            disabled={!mayDecide || id === you}
            // What cannot be changed is read all the same.
            className="data-disabled:opacity-100"
            onSelect={() => send({ type: "typing", person: id, allow: !mayType })}
          >
            {mayType ? <Keyboard aria-hidden /> : <Eye aria-hidden />}
            <span className="min-w-0 flex-1 truncate">{id === you ? t("you", { name }) : name}</span>
            <span className="text-ink-3 text-xs">
              {mayDecide && id !== you ? t(mayType ? "stopTyping" : "letType") : t(mayType ? "types" : "watches")}
            </span>
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
