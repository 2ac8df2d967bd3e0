"use client";

import { useMutation } from "@tanstack/react-query";
import { Circle, CircleDot, CircleStop } from "lucide-react";
import { useTranslations } from "next-intl";
import { useTRPC } from "@/lib/trpc/client";
import { describeError } from "@/lib/trpc/describe-error";
import { cn } from "@/lib/utils";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { tellFailure } from "../ui/failures";
import { TOOL } from "./tool";
import type { TerminalState } from "./use-terminal";

interface RecordControlProps {
  id: string;
  state: TerminalState;
  narrow: boolean;
}

/** Starts and stops the recording of the session on screen, and says to everybody who looks that it is recorded. */
export function RecordControl({ id, state, narrow }: RecordControlProps) {
  const t = useTranslations("terminal");
  const ta = useTranslations("app");
  const trpc = useTRPC();
  const onError = (error: unknown) => {
    const { message, hint } = describeError(error, ta("unreachable"));
    tellFailure({ title: t("recordFailed"), detail: [message, hint].filter(Boolean).join(" ") });
  };
  const start = useMutation(trpc.terminals.record.mutationOptions({ onError }));
  const stop = useMutation(trpc.terminals.stopRecording.mutationOptions({ onError }));
  const { recording } = state;
  const canRecord = state.phase === "attached" && state.exit === null;
  return (
    <>
      <p role="status" className="sr-only">
        {recording ? t("recordedNow", { by: recording.by }) : null}
      </p>
      {recording ? narrow ? <RecordedDot by={recording.by} /> : <RecordedBadge by={recording.by} /> : null}
      {recording ? (
        <Button
          variant="icon"
          className={cn(TOOL, "text-fail")}
          aria-label={t("recordStop")}
          title={t("recordStop")}
          disabled={stop.isPending}
          onClick={() => stop.mutate({ id })}
        >
          <CircleStop aria-hidden />
        </Button>
      ) : canRecord ? (
        <Button
          variant="icon"
          className={TOOL}
          aria-label={t("record")}
          title={t("record")}
          disabled={start.isPending}
          onClick={() => start.mutate({ id })}
        >
          <CircleDot aria-hidden />
        </Button>
      ) : null}
    </>
  );
}

/** The badge where there is no room for its words. */
function RecordedDot({ by }: { by: string }) {
  const t = useTranslations("terminal");
  return (
    <span
      role="img"
      aria-label={t("recordedBy", { by })}
      title={t("recordedNow", { by })}
      className="grid size-5 place-items-center text-fail"
    >
      <Circle aria-hidden className="size-3 fill-current motion-safe:animate-pulse" />
    </span>
  );
}

/** In the toolbar, not above the screen: a line that came there would change the size of what runs. */
export function RecordedBadge({ by, short = false }: { by: string; short?: boolean }) {
  const t = useTranslations("terminal");
  return (
    <Badge tone="fail" className="max-w-64 font-semibold" title={t("recordedNow", { by })}>
      <Circle aria-hidden className="fill-current motion-safe:animate-pulse" />
      <span className="truncate">{short ? t("recorded") : t("recordedBy", { by })}</span>
    </Badge>
  );
}
