"use client";

import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";

import { describeError } from "@/lib/trpc/describe-error";
import { Button } from "./button";

/** What failed, why, and what to try; never a stack. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useTranslations("app");
  const { message, hint } = describeError(error, t("unreachable"));
  return (
    <div role="alert" className="flex flex-wrap items-center gap-3 rounded-xl border border-line bg-panel p-4">
      <TriangleAlert aria-hidden className="size-5 shrink-0 text-fail" />
      <div className="min-w-0 flex-1 basis-52 [overflow-wrap:anywhere]">
        <p className="font-medium">{message}</p>
        {hint ? <p className="text-ink-2">{hint}</p> : null}
      </div>
      {onRetry ? <Button onClick={onRetry}>{t("retry")}</Button> : null}
    </div>
  );
}
