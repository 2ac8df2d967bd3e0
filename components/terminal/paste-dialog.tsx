"use client";

import { useTranslations } from "next-intl";
import { type RefObject, useState } from "react";

import { Button } from "../ui/button";
import { Dialog, DialogFooter } from "../ui/dialog";

/**
 * Pastes from the clipboard. A page may read it only over TLS or on localhost, and only if the person lets it: else a field is
 * shown, which one pastes into by hand.
 */
export function usePaste(paste: (text: string) => void) {
  const [open, setOpen] = useState(false);
  return {
    open,
    setOpen,
    paste,
    start: () => {
      const read = navigator.clipboard?.readText?.();
      if (read) read.then(paste, () => setOpen(true));
      else setOpen(true);
    },
  };
}

interface PasteDialogProps extends Omit<ReturnType<typeof usePaste>, "start"> {
  returnFocus: RefObject<HTMLElement | null>;
}

export function PasteDialog({ open, setOpen, paste, returnFocus }: PasteDialogProps) {
  const t = useTranslations("terminal");
  const [text, setText] = useState("");
  const done = () => {
    setOpen(false);
    setText("");
  };
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title={t("paste")}
      description={t("pasteHint")}
      returnFocus={returnFocus}
    >
      <textarea
        aria-label={t("pasteField")}
        rows={5}
        className="w-full rounded-lg border border-line-2 bg-panel p-2 font-mono text-[13px]"
        value={text}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
      <DialogFooter>
        <Button onClick={done}>{t("cancel")}</Button>
        <Button
          variant="primary"
          disabled={text === ""}
          onClick={() => {
            paste(text);
            done();
          }}
        >
          {t("paste")}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
