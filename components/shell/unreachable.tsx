"use client";

import { Unplug } from "lucide-react";
import { useTranslations } from "next-intl";

import { EmptyState } from "../ui/empty-state";

/** In place of a page while the api does not answer. It goes by itself: `useMe` keeps asking. */
export function Unreachable() {
  const t = useTranslations("app");
  return (
    <div role="alert" className="mx-auto mt-[12vh] w-full max-w-lg">
      <EmptyState page icon={<Unplug aria-hidden />} title={t("unreachableTitle")}>
        <p>{t("unreachableHint")}</p>
        <p className="font-mono text-xs">systemctl status machineroom-api</p>
      </EmptyState>
    </div>
  );
}
