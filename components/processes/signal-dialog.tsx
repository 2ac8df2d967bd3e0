"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { type Cgroup, type CgroupProcess, cgroupCommands, processesOf, type SignalTarget } from "@/lib/cgroups";
import { formatCommand } from "@/lib/commands";
import type { Machine } from "@/lib/machine";
import { useTRPC } from "@/lib/trpc/client";
import { riskOf } from "@/lib/units";
import { CommandDialog, type MachineDialogProps } from "../machine/command-dialog";
import { type Signal, SignalField } from "../machine/signal-field";
import { Notice } from "../ui/notice";
import { RISKS } from "../units/unit-risks";

/** What is to get a signal, as it was when it was chosen. */
export type SignalSubject =
  | { kind: "process"; process: CgroupProcess }
  | { kind: "unit"; unit: string }
  | { kind: "group"; group: Cgroup };

export function subjectName(subject: SignalSubject, nameOfProcess: (pid: number) => string): string {
  if (subject.kind === "process") return nameOfProcess(subject.process.pid);
  return subject.kind === "unit" ? subject.unit : subject.group.name;
}

function targetOf(subject: SignalSubject): SignalTarget {
  if (subject.kind === "unit") return { unit: subject.unit };
  if (subject.kind === "group") return { path: subject.group.path };
  return { pid: subject.process.pid, startTicks: subject.process.startTicks };
}

function commandOf(machine: string, subject: SignalSubject, signal: Signal): string {
  if (subject.kind === "unit") return formatCommand(cgroupCommands.killUnit(machine, subject.unit, signal));
  const processes = subject.kind === "process" ? [subject.process] : processesOf(subject.group);
  const pids = processes.map(({ pid }) => pid);
  return formatCommand(cgroupCommands.killProcesses(pids, signal));
}

/** Asks which signal a process, a unit or a group gets, says what it may cost, and sends it. */
export function SignalDialog({ machine, subject, ...dialog }: MachineDialogProps & { subject: SignalSubject }) {
  const t = useTranslations("processes");
  const tm = useTranslations("machine");
  const trpc = useTRPC();
  const [signal, setSignal] = useState<Signal>("SIGTERM");
  const kill = useMutation(trpc.cgroups.kill.mutationOptions());
  const { name } = machine;
  const texts = {
    process: subject.kind === "process" ? subject.process.command : "",
    unit: t("signalUnitText"),
    group: t("signalGroupText"),
  };
  const risk = useRisk(machine, subject);
  const isLeader = subject.kind === "process" && subject.process.pid === machine.leaderPid;
  return (
    <CommandDialog
      {...dialog}
      title={t("signalTitle", { name: subjectName(subject, (pid) => t("processName", { pid })) })}
      description={<span className="line-clamp-3 [overflow-wrap:anywhere]">{texts[subject.kind]}</span>}
      command={commandOf(name, subject, signal)}
      action={t("signalDo")}
      danger
      pending={kill.isPending}
      error={kill.error}
      done={kill.isSuccess ? tm("sent", { signal: String(kill.variables.signal) }) : null}
      onSubmit={() => kill.mutate({ name, signal, ...targetOf(subject) })}
    >
      <SignalField value={signal} onChange={setSignal} init={isLeader} />
      {risk === null ? null : <Notice>{risk}</Notice>}
    </CommandDialog>
  );
}

/** What ending it may cost whoever uses the machine; null where nothing of the kind is known. */
function useRisk(machine: Machine, subject: SignalSubject): string | null {
  const t = useTranslations("processes");
  const tu = useTranslations("units");
  const { name, leaderPid } = machine;
  if (subject.kind === "unit") {
    const risk = riskOf("stop", subject.unit);
    return risk && tu(RISKS[risk], { machine: name });
  }
  if (subject.kind === "group") return null;
  if (subject.process.pid === leaderPid) return t("leaderWarning", { machine: name });
  return subject.process.machinePid === null ? t("outsideWarning", { machine: name }) : null;
}
