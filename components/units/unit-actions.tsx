"use client";

import { Play, RotateCcw, Square, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { formatCommand } from "@/lib/commands";
import { useTRPCClient } from "@/lib/trpc/client";
import { describeError } from "@/lib/trpc/describe-error";
import { riskOf, type Unit, type UnitRisk, type UnitVerb, unitCommands } from "@/lib/units";
import { useMay } from "../shell/use-me";
import { Button } from "../ui/button";
import { CommandLine } from "../ui/command-line";
import { ConfirmFooter } from "../ui/confirm-footer";
import { AlertDialog } from "../ui/dialog";
import { tellFailure } from "../ui/failures";
import { RISKS } from "./unit-risks";

const ICONS: Record<UnitVerb, typeof Play> = { start: Play, stop: Square, restart: RotateCcw, resetFailed: Undo2 };
const FAILURE_SHOWN_MS = 12_000;

/** What makes sense in a unit's state. */
function verbsFor({ active }: Unit): UnitVerb[] {
  if (active === "failed") return ["restart", "resetFailed"];
  return active === "inactive" ? ["start"] : ["restart", "stop"];
}

interface UnitActionsProps {
  machine: string;
  unit: Unit;
}

/** Start, stop, restart and reset-failed, for operators; the command of the last one is shown. */
export function UnitActions({ machine, unit }: UnitActionsProps) {
  const t = useTranslations("units");
  const mayAct = useMay("operator");
  const { run, running, command } = useUnitAction(machine, unit.unit);
  const [asked, setAsked] = useState<{ verb: UnitVerb; risk: UnitRisk } | null>(null);
  if (!mayAct) return null;
  const choose = (verb: UnitVerb) => {
    const risk = riskOf(verb, unit.unit);
    if (risk) setAsked({ verb, risk });
    else run(verb);
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      {verbsFor(unit).map((verb) => {
        const Icon = ICONS[verb];
        return (
          <Button key={verb} disabled={running} onClick={() => choose(verb)}>
            <Icon aria-hidden />
            {t(verb)}
          </Button>
        );
      })}
      <div role="status" className="min-w-0">
        {command === null ? null : <CommandLine command={command} className="whitespace-normal" />}
      </div>
      {asked ? (
        <ConfirmRisk
          machine={machine}
          unit={unit.unit}
          {...asked}
          onClose={() => setAsked(null)}
          onConfirm={() => run(asked.verb)}
        />
      ) : null}
    </div>
  );
}

function useUnitAction(machine: string, unit: string) {
  const t = useTranslations("units");
  const ta = useTranslations("app");
  const client = useTRPCClient();
  const [running, setRunning] = useState(false);
  const [command, setCommand] = useState<string | null>(null);
  const run = (verb: UnitVerb) => {
    setRunning(true);
    client.units[verb]
      .mutate({ name: machine, unit })
      .then(
        (done) => setCommand(done.command),
        (error: unknown) => {
          const { message, hint } = describeError(error, ta("unreachable"));
          const description = [message, hint].filter(Boolean).join(" ");
          tellFailure({ title: t("actionFailed", { verb, unit }), detail: description, shownMs: FAILURE_SHOWN_MS });
        },
      )
      .finally(() => setRunning(false));
  };
  return { run, running, command };
}

interface ConfirmRiskProps {
  machine: string;
  unit: string;
  verb: UnitVerb;
  risk: UnitRisk;
  onClose: () => void;
  onConfirm: () => void;
}

/** Asks before what would cut the machine off. */
function ConfirmRisk({ machine, unit, verb, risk, onClose, onConfirm }: ConfirmRiskProps) {
  const t = useTranslations("units");
  const ta = useTranslations("app");
  return (
    <AlertDialog
      open
      onOpenChange={(open) => open || onClose()}
      title={t("confirm", { verb, unit })}
      description={t(RISKS[risk], { machine })}
    >
      <CommandLine command={formatCommand(unitCommands[verb](machine, unit))} />
      <ConfirmFooter cancel={ta("cancel")} confirm={t(verb)} onConfirm={onConfirm} />
    </AlertDialog>
  );
}
