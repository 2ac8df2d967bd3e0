"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { formatTimespan } from "@/lib/boot-timespan";
import { type ManagerSpans, SCREEN_PALETTE } from "./plot-drawing";

const PHASES = [
  { phase: "activating", text: "phase.activating" },
  { phase: "active", text: "phase.active" },
  { phase: "deactivating", text: "phase.deactivating" },
  { phase: "critical", text: "phase.critical" },
] as const;

const MANAGER = [
  { span: "generators", text: "phase.generators" },
  { span: "unitsLoad", text: "phase.unitsLoad" },
] as const;

/** What the colours and lines of the plot mean, and how to move in it. */
export function PlotLegend({ manager }: { manager: ManagerSpans }) {
  const t = useTranslations("boot");
  return (
    <div className="grid gap-1.5 text-ink-3 text-xs">
      <ul aria-label={t("legend")} className="flex flex-wrap gap-x-4 gap-y-1">
        {PHASES.map(({ phase, text }) => (
          <Item key={phase} text={t(text)}>
            <rect width={14} height={10} y={1} rx={2} fill={SCREEN_PALETTE[phase]} />
          </Item>
        ))}
        {MANAGER.map(({ span, text }) => {
          const [from, to] = manager[span] ?? [];
          if (from === undefined || to === undefined) return null;
          return (
            <Item key={span} text={t(text, { time: formatTimespan(to - from) })}>
              <rect width={14} height={6} y={3} rx={2} fill={SCREEN_PALETTE[span]} />
            </Item>
          );
        })}
        <Item text={t("phase.target")}>
          <line x1={7} x2={7} y1={0} y2={12} stroke={SCREEN_PALETTE.faint} strokeDasharray="3 2" />
        </Item>
        <Item text={t("phase.needs")}>
          <line x1={0} x2={14} y1={6} y2={6} className="stroke-accent" strokeWidth={1.75} />
        </Item>
        <Item text={t("phase.order")}>
          <line x1={0} x2={14} y1={6} y2={6} className="stroke-ink-3" strokeDasharray="2 3" />
        </Item>
      </ul>
      <p className="max-md:hidden">{t("plotKeys")}</p>
    </div>
  );
}

function Item({ text, children }: { text: string; children: ReactNode }) {
  return (
    <li className="inline-flex items-center gap-1.5">
      <svg aria-hidden width={14} height={12}>
        {children}
      </svg>
      {text}
    </li>
  );
}
