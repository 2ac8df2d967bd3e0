"use client";

import { Plus, UserRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";

import { formatCommand, machineCommands } from "@/lib/commands";
import { userNameSchema } from "@/lib/names";
import { splitCommand } from "@/lib/split-command";
import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import { CommandLine } from "../ui/command-line";
import { Dialog, DialogFooter } from "../ui/dialog";
import {
  DropdownMenu,
  DropdownMenuCheckboxItem,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import { Field } from "../ui/field";
import { KIND_ICONS } from "./terminal-chips";
import { TOOL } from "./tool";
import type { OpenRequest } from "./use-open-terminal";

interface NewTerminalProps {
  name: string;
  running: boolean;
  busy: boolean;
  onOpen: (request: OpenRequest) => void;
  /** A button with words instead of the chip. */
  labelled?: boolean;
}

/** The "+" beside the chips: what can be opened on this machine. */
export function NewTerminalMenu({ name, running, busy, onOpen, labelled = false }: NewTerminalProps) {
  const t = useTranslations("terminal");
  const [asking, setAsking] = useState(false);
  const [record, setRecord] = useState(false);
  /** Off again for the next one: nobody records by an oversight. */
  const open = (request: OpenRequest) => {
    onOpen(record ? { ...request, record } : request);
    setRecord(false);
  };
  const kinds = ["login", "shell", "console"] as const;
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          {labelled ? (
            <Button variant="primary" disabled={busy}>
              <Plus aria-hidden />
              {t("new")}
            </Button>
          ) : (
            <Button
              disabled={busy}
              aria-label={t("new")}
              className={cn(TOOL, "size-[26px] shrink-0 rounded-full px-0 text-ink-2 md:[&_svg]:size-3.5")}
            >
              <Plus aria-hidden />
            </Button>
          )}
        </DropdownMenuTrigger>
        <DropdownMenuContent align={labelled ? "end" : "start"}>
          {kinds.map((kind) => {
            const Icon = KIND_ICONS[kind];
            return (
              <DropdownMenuItem
                key={kind}
                disabled={kind !== "console" && !running}
                onSelect={() => open({ name, kind })}
              >
                <Icon aria-hidden />
                {t(`open.${kind}`)}
              </DropdownMenuItem>
            );
          })}
          <DropdownMenuItem disabled={!running} onSelect={() => setAsking(true)}>
            <UserRound aria-hidden />
            {t("open.other")}
          </DropdownMenuItem>
          <DropdownMenuSeparator />
          <DropdownMenuCheckboxItem checked={record} onCheckedChange={setRecord}>
            {t("recordHint")}
          </DropdownMenuCheckboxItem>
        </DropdownMenuContent>
      </DropdownMenu>
      <ShellDialog name={name} open={asking} onOpenChange={setAsking} onOpen={open} />
    </>
  );
}

interface ShellDialogProps extends Pick<NewTerminalProps, "name" | "onOpen"> {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** A shell for any user of the machine, or one command. */
function ShellDialog({ name, open, onOpenChange, onOpen }: ShellDialogProps) {
  const t = useTranslations("terminal");
  const [user, setUser] = useState("");
  const [text, setText] = useState("");
  const valid = userNameSchema.safeParse(user).success;
  const split = splitCommand(text);
  const command = split.ok ? split.words : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!valid || command === null) return;
    onOpenChange(false);
    onOpen({ name, kind: "shell", user, ...(command.length > 0 ? { command } : {}) });
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("open.other")} description={t("otherHint", { name })}>
      <form onSubmit={submit} className="grid gap-3">
        <Field
          label={t("user")}
          value={user}
          autoFocus
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          {...(user !== "" && !valid ? { hint: t("userInvalid") } : {})}
          onChange={(event) => setUser(event.target.value)}
        />
        <Field
          label={t("command")}
          hint={command === null ? t("commandOpenQuote") : t("commandHint")}
          className="font-mono"
          value={text}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
        />
        <CommandLine command={formatCommand(machineCommands.shell(name, user || t("user"), command ?? []))} />
        <DialogFooter>
          <Button onClick={() => onOpenChange(false)}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" disabled={!valid || command === null}>
            {t("openShell")}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
