"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";

import { useTRPC } from "@/lib/trpc/client";
import { ConfirmButton } from "./confirm-button";

/** Ends a build: what it made so far is removed. Its end arrives by itself, so the button waits for it. */
export function CancelBuild({ id, name }: { id: string; name: string }) {
  const t = useTranslations("builds");
  const trpc = useTRPC();
  const cancel = useMutation(trpc.builds.cancel.mutationOptions());
  const underWay = cancel.isPending || cancel.isSuccess;
  return (
    <ConfirmButton
      label={underWay ? t("cancelling") : t("cancel")}
      title={t("cancelTitle", { name })}
      text={t("cancelText", { name })}
      keep={t("keep")}
      pending={underWay}
      error={cancel.error}
      onConfirm={() => cancel.mutate({ id })}
    />
  );
}
