"use client";

import { useLocale, useTranslations } from "next-intl";

import { formatDateTime } from "@/lib/format";
import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import type { Journal } from "./use-journal";

/** How far back a search has come that found nothing more in its time, and a way to go on. */
export function SearchedTo({ journal, className }: { journal: Journal; className?: string }) {
  const t = useTranslations("journal");
  const locale = useLocale();
  const searchedTo = journal.window?.searchedTo ?? null;
  if (searchedTo === null) return null;
  const searching = journal.loading === "older";
  return (
    <div className={cn("flex flex-wrap items-center gap-x-3 gap-y-1.5 text-ink-2", className)}>
      <p role="status">{t("searchedTo", { at: formatDateTime(new Date(searchedTo), locale) })}</p>
      <Button aria-disabled={searching} onClick={searching ? undefined : journal.searchOn}>
        {t(searching ? "searching" : "searchOn")}
      </Button>
    </div>
  );
}
