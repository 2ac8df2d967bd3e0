"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { useTRPC } from "@/lib/trpc/client";
import { Button } from "../ui/button";
import { AlertDialog, AlertDialogCancel, DialogFooter } from "../ui/dialog";
import { ErrorState } from "../ui/error-state";

/** Ends a build after asking: what it made so far is removed. */
export function CancelBuild({ id, name }: { id: string; name: string }) {
  const t = useTranslations("builds");
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const cancel = useMutation(
    trpc.builds.cancel.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        return queries.invalidateQueries({ queryKey: trpc.builds.pathKey() });
      },
    }),
  );
  return (
    <>
      <Button variant="danger" onClick={() => setOpen(true)}>
        {t("cancel")}
      </Button>
      <AlertDialog
        open={open}
        onOpenChange={setOpen}
        title={t("cancelTitle", { name })}
        description={t("cancelText", { name })}
      >
        {cancel.error ? <ErrorState error={cancel.error} /> : null}
        <DialogFooter>
          <AlertDialogCancel asChild>
            <Button>{t("keep")}</Button>
          </AlertDialogCancel>
          <Button variant="danger" disabled={cancel.isPending} onClick={() => cancel.mutate({ id })}>
            {t("cancel")}
          </Button>
        </DialogFooter>
      </AlertDialog>
    </>
  );
}
