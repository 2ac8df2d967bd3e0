"use client";

import { useTranslations } from "next-intl";
import type { RefObject } from "react";

import { type TerminalInfo, terminalTitle } from "@/lib/terminal";
import { ConfirmFooter } from "../ui/confirm-footer";
import { AlertDialog } from "../ui/dialog";

interface CloseDialogProps {
  /** Null: no question is open. */
  session: TerminalInfo | null;
  onCancel: () => void;
  onClose: (session: TerminalInfo) => void;
  /** Set where it was asked for in a menu, whose item is gone then. */
  returnFocus?: RefObject<HTMLElement | null>;
}

/** Asks before a session that still runs is closed: what runs in it ends. */
export function CloseTerminalDialog({ session, onCancel, onClose, returnFocus }: CloseDialogProps) {
  const t = useTranslations("terminal");
  return (
    <AlertDialog
      open={session !== null}
      onOpenChange={(open) => {
        if (!open) onCancel();
      }}
      title={t("closeTitle", { name: session ? terminalTitle(session) : "" })}
      description={t("closeText")}
      returnFocus={returnFocus}
    >
      <ConfirmFooter cancel={t("cancel")} confirm={t("close")} onConfirm={() => session && onClose(session)} />
    </AlertDialog>
  );
}
