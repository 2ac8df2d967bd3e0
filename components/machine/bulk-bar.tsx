"use client";

import { type LucideIcon, Play, Power, RotateCw, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import type { Machine } from "@/lib/machine";
import { type MachineVerb, mayApply } from "@/lib/machine-verbs";
import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import { AskFirst } from "./ask-first";
import { useLive } from "./machines-provider";
import { useMachineAction } from "./use-machine-action";

const VERBS: readonly { verb: MachineVerb; Icon: LucideIcon; asks: boolean }[] = [
  { verb: "start", Icon: Play, asks: false },
  { verb: "poweroff", Icon: Power, asks: true },
  { verb: "reboot", Icon: RotateCw, asks: true },
];

interface BulkBarProps {
  selected: readonly Machine[];
  /** Of these, how many the filter hides. */
  hidden: number;
  onClear: () => void;
}

/** What can be done with several machines at once. Each verb takes those for which it makes sense, and says how many. */
export function BulkBar({ selected, hidden, onClear }: BulkBarProps) {
  const t = useTranslations("machines");
  const live = useLive();
  const { run, pending, last } = useMachineAction();
  const [asking, setAsking] = useState<{ verb: MachineVerb; names: string[] } | null>(null);
  const namesFor = (verb: MachineVerb) =>
    selected.filter((machine) => mayApply(verb, machine) && !pending.has(machine.name)).map(({ name }) => name);
  return (
    <section
      aria-label={t("selection")}
      className={cn(
        "sticky z-10 mt-2.5 flex w-fit max-w-full flex-wrap items-center gap-1.5 rounded-xl border border-line-2 bg-raised p-1.5 shadow-lg max-md:w-full",
        last ? "bottom-16 max-md:bottom-32" : "bottom-4 max-md:bottom-20",
      )}
    >
      <span className="pl-2" role="status">
        {t("selected", { count: selected.length })}
        {hidden > 0 ? <span className="text-ink-3"> · {t("hiddenByFilter", { count: hidden })}</span> : null}
      </span>
      <Button
        variant="icon"
        className="max-md:-my-1.5 max-md:-mr-1.5 max-md:ml-auto"
        aria-label={t("clearSelection")}
        onClick={onClear}
      >
        <X aria-hidden />
      </Button>
      <div className="flex gap-1.5 max-md:w-full">
        {VERBS.map(({ verb, Icon, asks }) => {
          const names = namesFor(verb);
          const disabled = !live || names.length === 0;
          const act = () => (asks && names.length > 1 ? setAsking({ verb, names }) : void run(verb, names));
          return (
            <Button
              key={verb}
              className="max-md:flex-1"
              aria-disabled={disabled}
              onClick={() => (disabled ? undefined : act())}
            >
              <Icon aria-hidden />
              {t(verb)}
              {names.length > 0 ? <span className="font-normal text-ink-3">{names.length}</span> : null}
            </Button>
          );
        })}
      </div>
      <AskFirst
        verb={asking?.verb ?? "poweroff"}
        names={asking?.names ?? []}
        open={asking !== null}
        onOpenChange={(open) => open || setAsking(null)}
        onConfirm={() => asking && void run(asking.verb, asking.names)}
      />
    </section>
  );
}
