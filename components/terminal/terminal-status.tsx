"use client";

import { useTranslations } from "next-intl";

import type { TerminalState } from "./use-terminal";

const WORDS = { connecting: "phase.connecting", lost: "phase.lost", gone: "phase.gone" } as const;

/** "attached · 132 × 38", in a few words. */
export function TerminalStatus({ state }: { state: TerminalState }) {
  const t = useTranslations("terminal");
  const words =
    state.phase === "attached"
      ? t(state.exit ? "ended" : state.attachments > 1 ? "reattached" : "attached")
      : t(WORDS[state.phase]);
  return (
    <span className="whitespace-nowrap px-1.5 text-ink-3 text-xs tabular-nums">
      {words}
      {state.size ? (
        <span className="hidden sm:inline">
          {" · "}
          {t("size", { cols: state.size.cols, rows: state.size.rows })}
        </span>
      ) : null}
    </span>
  );
}
