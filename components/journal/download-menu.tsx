"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";

import type { JournalFormat } from "@/lib/journal";
import type { JournalFilter } from "@/lib/journal-filter";
import { exportAddress } from "@/lib/journal-query";
import { useTRPCClient } from "@/lib/trpc/client";
import { describeError } from "@/lib/trpc/describe-error";
import { reasonOf } from "@/lib/trpc/reason-of";
import { Button } from "../ui/button";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../ui/dropdown-menu";
import { tellFailure } from "../ui/failures";
import { findRefusal } from "./refusals";

const FAILURE_SHOWN_MS = 10_000;

/** All lines that fit the filter, as a file. */
export function DownloadMenu({ name, filter }: { name: string; filter: JournalFilter }) {
  const t = useTranslations("journal");
  const ta = useTranslations("app");
  const client = useTRPCClient();
  const start = async (format: JournalFormat) => {
    try {
      // Of a download that is refused a browser shows no more than that it failed.
      await client.journal.checkExport.query({ name });
      save(exportAddress(name, filter, format));
    } catch (error) {
      const { message, hint } = describeError(error, ta("unreachable"));
      const known = findRefusal(reasonOf(error));
      const detail = known
        ? t("refused", { why: t(known.title, { name }), advice: t(known.hint) })
        : [message, hint].filter(Boolean).join(" ");
      tellFailure({ title: t("downloadFailed"), detail, id: "journal-download", shownMs: FAILURE_SHOWN_MS });
    }
  };
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost">
          <Download aria-hidden />
          <span className="max-md:sr-only">{t("download")}</span>
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={() => void start("text")}>{t("asText")}</DropdownMenuItem>
        <DropdownMenuItem onSelect={() => void start("json")}>{t("asJson")}</DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

function save(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}
