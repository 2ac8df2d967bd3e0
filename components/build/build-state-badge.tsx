import { Ban, CircleCheck, CircleHelp, Clock, LoaderCircle, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";

import type { BuildState } from "@/lib/build";
import { Badge } from "../ui/badge";

const LOOKS = {
  queued: { Icon: Clock, tone: "neutral" },
  running: { Icon: LoaderCircle, tone: "busy" },
  succeeded: { Icon: CircleCheck, tone: "run" },
  failed: { Icon: TriangleAlert, tone: "fail" },
  cancelled: { Icon: Ban, tone: "neutral" },
  lost: { Icon: CircleHelp, tone: "fail" },
} as const;

export function BuildStateBadge({ state }: { state: BuildState }) {
  const t = useTranslations("builds");
  const { Icon, tone } = LOOKS[state];
  return (
    <Badge tone={tone}>
      <Icon aria-hidden className={state === "running" ? "animate-spin" : undefined} />
      {t(state)}
    </Badge>
  );
}
