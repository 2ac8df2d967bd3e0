"use client";

import { useMutation } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import type { Recording } from "@/lib/recording";
import { terminalTitle } from "@/lib/terminal";
import { useTRPC } from "@/lib/trpc/client";
import { useMay, useMe } from "../shell/use-me";
import { Button } from "../ui/button";
import { AlertDialog, AlertDialogCancel, DialogFooter } from "../ui/dialog";
import { ErrorState } from "../ui/error-state";

/** For admins, and for whoever recorded it. */
export function DeleteRecording({ recording }: { recording: Recording }) {
  const t = useTranslations("recordings");
  const trpc = useTRPC();
  const isAdmin = useMay("admin");
  const me = useMe();
  const [open, setOpen] = useState(false);
  const remove = useMutation(trpc.recordings.delete.mutationOptions({ onSuccess: () => setOpen(false) }));
  const name = terminalTitle(recording);
  if (!isAdmin && me.data?.id !== recording.recordedById) return null;
  return (
    <>
      <Button variant="icon" aria-label={t("delete", { name })} onClick={() => setOpen(true)}>
        <Trash2 aria-hidden />
      </Button>
      <AlertDialog open={open} onOpenChange={setOpen} title={t("deleteTitle", { name })} description={t("deleteText")}>
        {remove.error ? <ErrorState error={remove.error} /> : null}
        <DialogFooter>
          <AlertDialogCancel asChild>
            <Button>{t("cancel")}</Button>
          </AlertDialogCancel>
          <Button variant="danger" disabled={remove.isPending} onClick={() => remove.mutate({ id: recording.id })}>
            {t("deleteNow")}
          </Button>
        </DialogFooter>
      </AlertDialog>
    </>
  );
}
