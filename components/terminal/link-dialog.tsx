"use client";

import { useTranslations } from "next-intl";
import type { RefObject } from "react";

import { Button } from "../ui/button";
import { Dialog, DialogFooter } from "../ui/dialog";
import { openLink } from "./terminal-links";

interface LinkDialogProps {
  /** Null: no question is open. */
  target: string | null;
  onDone: () => void;
  returnFocus?: RefObject<HTMLElement | null>;
}

/** Asks before a link is opened whose text does not say where it leads. */
export function LinkDialog({ target, onDone, returnFocus }: LinkDialogProps) {
  const t = useTranslations("terminal");
  return (
    <Dialog
      open={target !== null}
      onOpenChange={(open) => {
        if (!open) onDone();
      }}
      title={t("link.title")}
      description={t("link.hint")}
      returnFocus={returnFocus}
    >
      <Address target={target} />
      <DialogFooter>
        <Button onClick={onDone}>{t("cancel")}</Button>
        <Button
          variant="primary"
          onClick={() => {
            if (target !== null) openLink(target);
            onDone();
          }}
        >
          {t("link.open")}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}

/**
 * As a browser would show it: letters of other alphabets that look like Latin ones do not stay hidden in a host's name. The host stands
 * out, for it is what decides where the link leads, and a long address hides it.
 */
function Address({ target }: { target: string | null }) {
  if (target === null || !URL.canParse(target)) return null;
  const { href, host, protocol, username, password } = new URL(target);
  // "me:secret@" may spell a host too.
  const at = href.indexOf(host, `${protocol}//${username}${password}`.length);
  return (
    <p className="rounded-md bg-stop-soft px-2.5 py-1.5 font-mono text-ink-2 text-xs leading-5 [overflow-wrap:anywhere]">
      {href.slice(0, at)}
      <strong className="font-semibold text-ink">{host}</strong>
      {href.slice(at + host.length)}
    </p>
  );
}
