import { Circle, CircleDot, LoaderCircle, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";

import type { MachineState } from "@/lib/machine";
import { cn } from "@/lib/utils";

const LOOKS = {
  running: { Icon: CircleDot, className: "bg-run-soft text-run" },
  starting: { Icon: LoaderCircle, className: "bg-busy-soft text-busy" },
  stopping: { Icon: LoaderCircle, className: "bg-busy-soft text-busy" },
  failed: { Icon: TriangleAlert, className: "bg-fail-soft text-fail" },
  stopped: { Icon: Circle, className: "bg-stop-soft text-ink-2" },
} as const;

/** A state as icon, word and colour: none of them alone. */
export function StateBadge({ state }: { state: MachineState }) {
  const t = useTranslations("machines");
  const { Icon, className } = LOOKS[state];
  return (
    <span className={cn("inline-flex items-center gap-1.5 rounded-full px-2 py-0.5 font-medium text-xs", className)}>
      <Icon aria-hidden className="size-3" />
      {t(state)}
    </span>
  );
}
