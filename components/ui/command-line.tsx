"use client";

import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";

import { cn } from "@/lib/utils";
import { useCopy } from "./use-copy";

/** A command as a person would type it, with a button that copies it. */
export function CommandLine({ command, className }: { command: string; className?: string }) {
  const t = useTranslations("app");
  const { copied, copy } = useCopy();
  const Icon = copied ? Check : Copy;
  return (
    <div
      className={cn(
        "flex min-w-0 items-start gap-2 rounded-md bg-stop-soft py-0.5 pr-1 pl-2.5 font-mono text-ink-2 text-xs leading-4",
        className,
      )}
    >
      <span aria-hidden className="select-none py-1.5 text-ink-3">
        $
      </span>
      <code className="min-w-0 flex-1 whitespace-pre-wrap py-1.5 [overflow-wrap:anywhere]">{command}</code>
      <button
        type="button"
        className="relative grid size-7 shrink-0 place-items-center rounded-md after:absolute after:-inset-2 hover:bg-raised hover:text-ink md:after:hidden"
        aria-label={copied ? t("copied") : t("copy")}
        onClick={() => void copy(command)}
      >
        <Icon aria-hidden className="size-3.5" />
      </button>
    </div>
  );
}
