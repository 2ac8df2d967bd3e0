import type { ReactNode } from "react";

import { cn } from "@/lib/utils";

interface BarProps {
  tone: "neutral" | "busy" | "fail" | "accent";
  icon?: ReactNode;
  /** Buttons at its end. */
  actions?: ReactNode;
  children: ReactNode;
}

const TONES = {
  neutral: "bg-stop-soft text-ink-2",
  busy: "bg-busy-soft text-busy",
  fail: "bg-fail-soft text-fail",
  accent: "bg-accent-soft text-ink",
};

/** One line of news between a terminal's toolbar and its screen. */
export function TerminalBar({ tone, icon, actions, children }: BarProps) {
  return (
    <div
      className={cn(
        "flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b px-3 py-1.5 [&>svg]:size-4 [&>svg]:shrink-0",
        TONES[tone],
      )}
    >
      {icon}
      <p role="status" className="min-w-0 flex-1 basis-48">
        {children}
      </p>
      {actions ? <span className="flex flex-wrap gap-1.5">{actions}</span> : null}
    </div>
  );
}
