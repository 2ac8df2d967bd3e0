"use client";

import { X } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";

import { formatRelative } from "@/lib/format";
import { Button } from "../ui/button";
import { CommandLine } from "../ui/command-line";
import { useNow } from "../ui/use-now";
import { type LastAction, useMachineAction } from "./use-machine-action";

const MINUTE_MS = 60_000;

/** The command the last action stood for, under the page or at the lower edge of the screen; said aloud to a screen reader. */
export function LastCommand() {
  const t = useTranslations("machines");
  const { last, forget } = useMachineAction();
  return (
    <>
      <p role="status" className="sr-only">
        {last ? t("announcement", { verb: last.verb, names: last.names.join(", ") }) : ""}
      </p>
      {last ? (
        <div className="sticky bottom-4 z-10 mt-2.5 flex w-fit max-w-full items-center gap-3 rounded-lg bg-bg max-md:bottom-20">
          <CommandLine command={last.command} className="max-h-24 overflow-y-auto" />
          <span className="whitespace-nowrap text-ink-3 text-xs max-md:hidden">
            <Ago action={last} />
          </span>
          <Button variant="icon" className="-ml-2 shrink-0" aria-label={t("hideCommand")} onClick={forget}>
            <X aria-hidden />
          </Button>
        </div>
      ) : null}
    </>
  );
}

function Ago({ action: { at } }: { action: LastAction }) {
  const t = useTranslations("machines");
  const locale = useLocale();
  const seconds = useNow(1000);
  const young = seconds - at < MINUTE_MS;
  return (
    <>{t("byYou", { ago: formatRelative(new Date(at), new Date(young ? Math.max(seconds, at) : seconds), locale) })}</>
  );
}
