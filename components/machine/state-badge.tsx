"use client";

import { Circle, CircleDot, LoaderCircle, TriangleAlert } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";

import { formatDuration, formatElapsed } from "@/lib/format";
import type { MachineState } from "@/lib/machine";
import { cn } from "@/lib/utils";
import { Badge } from "../ui/badge";
import { useNow } from "../ui/use-now";

const LOOKS = {
  running: { Icon: CircleDot, tone: "run" },
  starting: { Icon: LoaderCircle, tone: "busy" },
  stopping: { Icon: LoaderCircle, tone: "busy" },
  failed: { Icon: TriangleAlert, tone: "fail" },
  stopped: { Icon: Circle, tone: "neutral" },
} as const;

interface StateBadgeProps {
  state: MachineState;
  /** Shows for how long, where the machine runs or is on its way up or down. ISO-8601. */
  since?: string | null;
}

/** A state as icon, word and colour: none of them alone. */
export function StateBadge({ state, since = null }: StateBadgeProps) {
  const t = useTranslations("machines");
  const { Icon, tone } = LOOKS[state];
  return (
    <Badge tone={tone} className="align-middle">
      <Icon aria-hidden className={cn(Icon === LoaderCircle && "animate-spin")} />
      {t(state)}
      {since === null || state === "stopped" || state === "failed" ? null : <For state={state} since={since} />}
    </Badge>
  );
}

const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;

function For({ state, since }: { state: MachineState; since: string }) {
  const locale = useLocale();
  const start = Date.parse(since);
  const busy = state !== "running";
  // As seldom as what is shown changes: tenths, seconds, minutes.
  const old = Date.now() - start > HOUR_MS;
  const now = useNow(busy ? 100 : old ? 60 * SECOND_MS : SECOND_MS);
  const elapsed = now - start;
  return <span className="font-normal">{busy ? formatElapsed(elapsed, locale) : formatDuration(elapsed, locale)}</span>;
}
