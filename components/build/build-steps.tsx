"use client";

import { Check, Circle, LoaderCircle, Minus, X } from "lucide-react";
import { useTranslations } from "next-intl";

import type { BuildStep } from "@/lib/build";
import { cn } from "@/lib/utils";
import { Elapsed } from "./elapsed";

const ICONS = {
  pending: { Icon: Circle, className: "text-ink-3" },
  running: { Icon: LoaderCircle, className: "animate-spin text-busy" },
  succeeded: { Icon: Check, className: "text-run" },
  failed: { Icon: X, className: "text-fail" },
  skipped: { Icon: Minus, className: "text-ink-3" },
} as const;

const STATE_KEYS = {
  pending: "stepPending",
  running: "stepRunning",
  succeeded: "stepSucceeded",
  failed: "stepFailed",
  skipped: "stepSkipped",
} as const;

interface BuildStepsProps {
  steps: BuildStep[];
  /** When the build ended: the end too of a step whose own nobody saw. */
  endedAt: string | null;
}

export function BuildSteps({ steps, endedAt }: BuildStepsProps) {
  const t = useTranslations("builds");
  return (
    <ol aria-label={t("steps")} className="py-1.5">
      {steps.map((step) => {
        const { Icon, className } = ICONS[step.state];
        return (
          <li
            key={step.name}
            aria-current={step.state === "running" ? "step" : undefined}
            className={cn(
              "flex items-center gap-2.5 px-3.5 py-1.5",
              step.state === "running" && "bg-accent-soft",
              step.state === "pending" && "text-ink-3",
            )}
          >
            <Icon aria-hidden className={cn("size-4 shrink-0", className)} />
            <span>{t(step.name)}</span>
            <span className="sr-only">{t(STATE_KEYS[step.state])}</span>
            <span className="ml-auto text-ink-3 text-xs">
              {step.startedAt === null ? null : <Elapsed from={step.startedAt} to={step.finishedAt ?? endedAt} />}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
