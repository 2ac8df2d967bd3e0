"use client";

import { useMutation } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";

import { useTRPC } from "@/lib/trpc/client";
import { ConfirmButton } from "./confirm-button";

/** Forgets a build; the machine it made stays. */
export function DeleteBuild({ id, name }: { id: string; name: string }) {
  const t = useTranslations("builds");
  const trpc = useTRPC();
  const router = useRouter();
  const remove = useMutation(trpc.builds.delete.mutationOptions({ onSuccess: () => router.push("/builds") }));
  return (
    <ConfirmButton
      label={t("delete")}
      icon={<Trash2 aria-hidden />}
      title={t("deleteTitle", { name })}
      text={t("deleteText", { name })}
      pending={remove.isPending || remove.isSuccess}
      error={remove.error}
      onConfirm={() => remove.mutate({ id })}
    />
  );
}
