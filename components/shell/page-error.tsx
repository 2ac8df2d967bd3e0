"use client";

import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";

import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";

/** In place of a page whose code threw. The stack is for the console, not for the person. */
export function PageError({ onRetry }: { onRetry: () => void }) {
  const t = useTranslations("app");
  return (
    <div role="alert">
      <EmptyState page icon={<TriangleAlert aria-hidden />} title={t("errorTitle")}>
        <p>{t("errorHint")}</p>
        <div className="mt-2 flex gap-2">
          <Button onClick={onRetry}>{t("retry")}</Button>
          <Button asChild variant="ghost">
            <a href="/machines">{t("back")}</a>
          </Button>
        </div>
      </EmptyState>
    </div>
  );
}
