"use client";

import { CircleCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import type { FormEvent, ReactNode, RefObject } from "react";

import type { Machine } from "@/lib/machine";
import { Button } from "../ui/button";
import { CommandLine } from "../ui/command-line";
import { Dialog, DialogClose, DialogFooter } from "../ui/dialog";
import { ErrorState } from "../ui/error-state";

/** What every dialog of a machine's page is given. */
export interface MachineDialogProps {
  machine: Machine;
  onClose: () => void;
  returnFocus: RefObject<HTMLElement | null>;
}

interface CommandDialogProps extends Omit<MachineDialogProps, "machine"> {
  title: string;
  description: ReactNode;
  /** The equivalent command of what is filled in; null until that is valid. */
  command: string | null;
  /** The button that does it. */
  action: string;
  danger?: boolean;
  pending: boolean;
  error: unknown;
  /** What was done, once it is. */
  done: string | null;
  onSubmit: () => void;
  children: ReactNode;
}

/** A form that becomes one command: it shows the command before and after, and what came of it. It stays open, to do another. */
export function CommandDialog({ title, description, onClose, returnFocus, children, ...form }: CommandDialogProps) {
  const t = useTranslations("machine");
  const { command, action, danger = false, pending, error, done } = form;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!pending) form.onSubmit();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={title}
      description={description}
      returnFocus={returnFocus}
    >
      <form className="grid gap-3" noValidate onSubmit={submit}>
        {children}
        {command === null ? null : <CommandLine command={command} />}
        {error ? <ErrorState error={error} /> : null}
        <p role="status" className="flex items-center gap-2 text-run empty:hidden">
          {done === null ? null : (
            <>
              <CircleCheck aria-hidden className="size-4 shrink-0" />
              <span className="min-w-0 [overflow-wrap:anywhere]">{done}</span>
            </>
          )}
        </p>
        <DialogFooter>
          <DialogClose asChild>
            <Button>{t("close")}</Button>
          </DialogClose>
          <Button type="submit" variant={danger ? "danger" : "primary"} disabled={pending}>
            {pending ? t("working") : action}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
