"use client";

import { useTranslations } from "next-intl";

import { cn } from "@/lib/utils";
import type { TerminalState } from "./use-terminal";

const WORDS = { connecting: "phase.connecting", lost: "phase.lost", gone: "phase.gone" } as const;

/** "attached · 132 × 38", in a few words; where it is narrow, only what the news above the screen does not say. */
export function TerminalStatus({ state, narrow }: { state: TerminalState; narrow: boolean }) {
  const t = useTranslations("terminal");
  const words =
    state.phase === "attached"
      ? t(state.exit ? "ended" : state.attachments > 1 ? "reattached" : "attached")
      : t(WORDS[state.phase]);
  return (
    <span
      className={cn(
        "whitespace-nowrap px-1.5 text-ink-3 text-xs tabular-nums",
        narrow && state.phase !== "connecting" && "sr-only",
      )}
    >
      {words}
      {state.size ? (
        <>
          {" · "}
          {t("size", { cols: state.size.cols, rows: state.size.rows })}
        </>
      ) : null}
    </span>
  );
}
