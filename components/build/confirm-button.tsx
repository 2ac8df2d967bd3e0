"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";

import { Button } from "../ui/button";
import { AlertDialog, AlertDialogCancel, DialogFooter } from "../ui/dialog";
import { ErrorState } from "../ui/error-state";

interface ConfirmButtonProps {
  /** The button, and what it asks when pressed. */
  label: string;
  icon?: ReactNode;
  title: string;
  text: string;
  /** What is said instead of doing it. */
  keep?: string;
  pending: boolean;
  error: unknown;
  onConfirm: () => void;
}

/** A button whose deed cannot be taken back: says what is lost, and asks. Stays open to tell why it failed. */
export function ConfirmButton({ label, icon, title, text, keep, pending, error, onConfirm }: ConfirmButtonProps) {
  const t = useTranslations("builds");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="danger" disabled={pending} onClick={() => setOpen(true)}>
        {icon}
        {label}
      </Button>
      <AlertDialog open={open} onOpenChange={setOpen} title={title} description={text}>
        {error ? <ErrorState error={error} /> : null}
        <DialogFooter>
          <AlertDialogCancel asChild>
            <Button>{keep ?? t("back")}</Button>
          </AlertDialogCancel>
          <Button variant="danger" disabled={pending} onClick={onConfirm}>
            {label}
          </Button>
        </DialogFooter>
      </AlertDialog>
    </>
  );
}
