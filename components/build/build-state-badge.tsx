import { Ban, CircleCheck, CircleHelp, Clock, LoaderCircle, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";

import type { Build } from "@/lib/build";
import { Badge } from "../ui/badge";
import { Elapsed } from "./elapsed";

const LOOKS = {
  queued: { Icon: Clock, tone: "neutral" },
  running: { Icon: LoaderCircle, tone: "busy" },
  succeeded: { Icon: CircleCheck, tone: "run" },
  failed: { Icon: TriangleAlert, tone: "fail" },
  cancelled: { Icon: Ban, tone: "neutral" },
  lost: { Icon: CircleHelp, tone: "fail" },
} as const;

/** The state in a word; with the time so far, or the place in the queue. */
export function BuildStateBadge({ build }: { build: Build }) {
  const t = useTranslations("builds");
  const { state, startedAt, queuePosition } = build;
  const { Icon, tone } = LOOKS[state];
  return (
    <Badge tone={tone}>
      <Icon aria-hidden className={state === "running" ? "animate-spin" : undefined} />
      {queuePosition === null ? t(state) : t("queuedAt", { place: queuePosition })}
      {state === "running" && startedAt !== null ? (
        <span className="font-normal">
          <Elapsed from={startedAt} to={null} />
        </span>
      ) : null}
    </Badge>
  );
}
