import { Circle, CircleDot, LoaderCircle, TriangleAlert } from "lucide-react";

import type { Unit } from "@/lib/units";
import { cn } from "@/lib/utils";
import { Badge } from "../ui/badge";

const LOOKS = {
  active: { Icon: CircleDot, tone: "run" },
  failed: { Icon: TriangleAlert, tone: "fail" },
  inactive: { Icon: Circle, tone: "neutral" },
} as const;
const BUSY = { Icon: LoaderCircle, tone: "busy" } as const;

/** Active and sub state in systemd's own words, as icon, word and colour. */
export function UnitStateBadge({ unit: { active, sub } }: { unit: Pick<Unit, "active" | "sub"> }) {
  const { Icon, tone } = Object.entries(LOOKS).find(([state]) => state === active)?.[1] ?? BUSY;
  return (
    <Badge tone={tone}>
      <Icon aria-hidden className={cn(Icon === LoaderCircle && "animate-spin")} />
      {active}
      {sub === active ? null : <span className="font-normal">{sub}</span>}
    </Badge>
  );
}
