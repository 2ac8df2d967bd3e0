"use client";

import { Ellipsis, Play, Power, SquareTerminal } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, type RefObject, useRef, useState } from "react";

import type { Machine } from "@/lib/machine";
import { type MachineVerb, mayApply } from "@/lib/machine-verbs";
import { cn } from "@/lib/utils";
import { useMay } from "../shell/use-me";
import { Button } from "../ui/button";
import { LateMenu } from "../ui/late-menu";
import { Tooltip } from "../ui/tooltip";
import { AskFirst } from "./ask-first";
import { useLive } from "./machines-provider";
import { useMachineAction } from "./use-machine-action";

interface MachineActionsProps {
  machine: Machine;
  /** Larger targets, and the terminal in the menu: for a row under a thumb. */
  compact?: boolean;
}

export interface Verbs {
  /** Whether the verb can be applied now. */
  may: (verb: MachineVerb) => boolean;
  act: (verb: MachineVerb) => void;
}

type PartProps = MachineActionsProps & Verbs;

/** What the verbs of a machine can do at this moment. */
export function useVerbs(machine: Machine): Verbs {
  const live = useLive();
  const { run, pending } = useMachineAction();
  const { name } = machine;
  return {
    may: (verb) => live && !pending.has(name) && mayApply(verb, machine),
    act: (verb) => void run(verb, [name]),
  };
}

/** What may be done with a machine; the next sensible thing is a button, the rest is in the menu. Nothing for a viewer. */
export function MachineActions({ machine, compact = false }: MachineActionsProps) {
  const verbs = useVerbs(machine);
  const mayAct = useMay("operator");
  const { name, state } = machine;
  if (!mayAct) return null;
  const part: PartProps = { machine, compact, ...verbs };
  return (
    <span className="inline-flex items-center gap-1">
      {state === "running" && !compact ? <TerminalLink name={name} /> : null}
      <PowerButton {...part} />
      <ActionMenu {...part} />
    </span>
  );
}

export function terminalOf(name: string): string {
  return `/machines/${name}#terminal`;
}

function TerminalLink({ name }: { name: string }) {
  const t = useTranslations("machines");
  return (
    <Tooltip text={t("terminal")}>
      <Button asChild variant="icon">
        <Link href={terminalOf(name)} prefetch={false} aria-label={t("terminalName", { name })}>
          <SquareTerminal aria-hidden />
        </Link>
      </Button>
    </Tooltip>
  );
}

/** One button that starts or powers off, so that the focus stays on it while the state changes under it. */
function PowerButton({ machine: { name, state }, compact, may, act }: PartProps) {
  const t = useTranslations("machines");
  const verb = state === "running" || state === "stopping" ? "poweroff" : "start";
  const Icon = verb === "start" ? Play : Power;
  return (
    <Tooltip text={t(verb)}>
      <Button
        variant="icon"
        className={cn(compact && "size-11")}
        aria-label={t(verb === "start" ? "startName" : "poweroffName", { name })}
        aria-disabled={!may(verb)}
        onClick={() => may(verb) && act(verb)}
      >
        <Icon aria-hidden />
      </Button>
    </Tooltip>
  );
}

interface ActionMenuProps extends PartProps {
  /** More items, before those about the next boot. */
  children?: ReactNode;
  /** The button that opens it, for who has to give the focus back to it. */
  trigger?: RefObject<HTMLButtonElement | null>;
}

const loadItems = () => import("./action-menu").then((module) => module.ActionMenuItems);
const ActionMenuItems = dynamic(loadItems, { ssr: false });

/** What is seldom done with a machine, each with its command. */
export function ActionMenu({ machine, compact, may, act, children, trigger: given }: ActionMenuProps) {
  const t = useTranslations("machines");
  const [confirming, setConfirming] = useState(false);
  const own = useRef<HTMLButtonElement>(null);
  const trigger = given ?? own;
  const { name } = machine;
  return (
    <>
      <LateMenu
        load={loadItems}
        menu={(place) => (
          <ActionMenuItems
            {...place}
            machine={machine}
            compact={compact}
            may={may}
            act={(verb) => (verb === "terminate" ? setConfirming(true) : act(verb))}
          >
            {children}
          </ActionMenuItems>
        )}
      >
        <Tooltip text={t("moreActions")}>
          <Button ref={trigger} variant="icon" className={cn(compact && "size-11")} aria-label={t("more", { name })}>
            <Ellipsis aria-hidden />
          </Button>
        </Tooltip>
      </LateMenu>
      <AskFirst
        verb="terminate"
        names={[name]}
        open={confirming}
        onOpenChange={setConfirming}
        onConfirm={() => act("terminate")}
        returnFocus={trigger}
      />
    </>
  );
}
