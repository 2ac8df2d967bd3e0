"use client";

import { ChevronDown, ChevronUp, Download } from "lucide-react";
import { useTranslations } from "next-intl";

import type { BuildLogLine } from "@/lib/build";
import { Button } from "../ui/button";
import { Input } from "../ui/field";
import type { useLogSearch } from "./use-log-search";

interface LogToolbarProps {
  id: string;
  /** Of the whole log, also where the page does not hold all of it; null where it could not be read. */
  lineCount: number | null;
  search: ReturnType<typeof useLogSearch>;
}

/** Search in the log, and the whole of it as a file. */
export function LogToolbar({ id, lineCount, search }: LogToolbarProps) {
  const t = useTranslations("builds");
  const searching = search.text.trim() !== "";
  return (
    <div className="flex flex-wrap items-center gap-1.5 border-line border-b px-2.5 py-1.5">
      <search className="flex min-w-0 flex-1 items-center gap-1">
        <Input
          type="search"
          className="h-7 w-full max-w-60"
          aria-label={t("searchLog")}
          placeholder={t("searchLog")}
          value={search.text}
          onChange={(event) => search.setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") search.step(event.shiftKey ? -1 : 1);
            if (event.key === "Escape") search.setText("");
          }}
        />
        {searching ? (
          <>
            <Button
              variant="icon"
              className="size-7 shrink-0 max-md:h-11 max-md:w-9"
              aria-label={t("previousMatch")}
              onClick={() => search.step(-1)}
            >
              <ChevronUp aria-hidden />
            </Button>
            <Button
              variant="icon"
              className="size-7 shrink-0 max-md:h-11 max-md:w-9"
              aria-label={t("nextMatch")}
              onClick={() => search.step(1)}
            >
              <ChevronDown aria-hidden />
            </Button>
          </>
        ) : null}
        <span role="status" className="whitespace-nowrap px-1 text-ink-3 text-xs">
          {searching
            ? t("matches", { current: search.current + 1, total: search.matches.length })
            : lineCount === null
              ? null
              : t("lineCount", { count: lineCount })}
        </span>
      </search>
      <Button asChild variant="ghost" className="h-7">
        <a href={downloadPath(id)} download>
          <Download aria-hidden />
          <span className="max-sm:sr-only">{t("downloadLog")}</span>
        </a>
      </Button>
    </div>
  );
}

function downloadPath(id: string): string {
  return `/api/files/builds/${id}/log`;
}

/** Says where the page does not hold the beginning of a long log; lines are counted from 1 without gaps. */
export function CutNote({ id, lines }: { id: string; lines: readonly BuildLogLine[] }) {
  const t = useTranslations("builds");
  const missing = (lines[0]?.seq ?? 1) - 1;
  if (missing === 0) return null;
  return (
    <p className="border-line border-b bg-busy-soft px-3.5 py-1.5 text-busy text-xs">
      {t.rich("logCut", {
        missing,
        download: (text) => (
          <a href={downloadPath(id)} download className="underline">
            {text}
          </a>
        ),
      })}
    </p>
  );
}
