"use client";

import { Lock } from "lucide-react";
import { useTranslations } from "next-intl";

import { EmptyState } from "../ui/empty-state";

/** What a viewer sees in place of terminals. */
export function OperatorsOnly() {
  const t = useTranslations("terminal");
  return (
    <EmptyState icon={<Lock aria-hidden />} title={t("operatorsOnly")}>
      <p>{t("operatorsOnlyHint")}</p>
    </EmptyState>
  );
}
