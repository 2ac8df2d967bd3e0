"use client";

import { CircleAlert, X } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";

import { formatBytes } from "@/lib/format";
import type { RecordingEnd } from "@/lib/terminal";
import { Button } from "../ui/button";
import { TerminalBar } from "./terminal-bar";

const TEXTS = {
  stopped: "recordedEnd.stopped",
  ended: "recordedEnd.ended",
  limit: "recordedEnd.limit",
  disk: "recordedEnd.disk",
  slow: "recordedEnd.slow",
} as const;

/** Why a recording ended: a line where nobody wanted it, else a word for a screen reader. */
export function RecordingNews({ end }: { end: RecordingEnd | null }) {
  const t = useTranslations("terminal");
  const locale = useLocale();
  const [hidden, setHidden] = useState<RecordingEnd | null>(null);
  if (end === null || end === hidden) return null;
  const text = t(TEXTS[end.why], { limit: formatBytes(end.limitBytes, locale), error: end.error ?? "" });
  if (end.why === "stopped" || end.why === "ended") {
    return (
      <p role="status" className="sr-only">
        {text}
      </p>
    );
  }
  return (
    <TerminalBar
      tone="fail"
      icon={<CircleAlert aria-hidden />}
      actions={
        <Button
          variant="icon"
          className="size-7 max-md:-my-1.5"
          aria-label={t("recordedDismiss")}
          onClick={() => setHidden(end)}
        >
          <X aria-hidden />
        </Button>
      }
    >
      {text}
    </TerminalBar>
  );
}
