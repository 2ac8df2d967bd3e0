"use client";

import { CircleCheck, CircleX } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";

import { formatMilliseconds } from "@/lib/format";
import type { CommandResult } from "@/lib/machine";
import { Badge } from "../ui/badge";
import { CommandLine } from "../ui/command-line";
import { ScrollRegion } from "../ui/scroll-region";

/** How a command ended, what it printed, and the command line that does the same. */
export function ExecOutput({ result }: { result: CommandResult }) {
  const t = useTranslations("machine");
  const locale = useLocale();
  const good = result.exitCode === 0;
  const Icon = good ? CircleCheck : CircleX;
  return (
    <section className="grid gap-2" aria-label={t("result")}>
      <p role="status" className="flex flex-wrap items-center gap-2">
        <Badge tone={good ? "run" : "fail"}>
          <Icon aria-hidden />
          {result.exitCode === null
            ? t("endedBySignal", { signal: result.signal ?? "?" })
            : t("exited", { status: result.exitCode })}
        </Badge>
        <span className="text-ink-3">{formatMilliseconds(result.durationMs, locale)}</span>
        {result.truncated ? <span className="text-busy">{t("truncated")}</span> : null}
      </p>
      <Stream name={t("stdout")} text={result.stdout} />
      {result.stderr === "" ? null : <Stream name={t("stderr")} text={result.stderr} />}
      <CommandLine command={result.command} className="max-h-24 overflow-y-auto" />
    </section>
  );
}

function Stream({ name, text }: { name: string; text: string }) {
  const t = useTranslations("machine");
  return (
    <div className="grid gap-1">
      <h3 className="text-ink-3 text-xs">{name}</h3>
      {text === "" ? (
        <p className="text-ink-3">{t("nothingPrinted")}</p>
      ) : (
        <ScrollRegion label={name} className="max-h-56 rounded-lg border bg-bg px-3 py-2">
          <pre className="font-mono text-[12.5px] leading-[1.5]">{text}</pre>
        </ScrollRegion>
      )}
    </div>
  );
}
