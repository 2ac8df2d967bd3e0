"use client";

import { CircleStop, Eye, Hand, Play, Unplug } from "lucide-react";
import { useTranslations } from "next-intl";

import type { Machine } from "@/lib/machine";
import type { TerminalInfo } from "@/lib/terminal";
import { useMachineAction } from "../machine/use-machine-action";
import { Button } from "../ui/button";
import { RecordingNews } from "./recording-news";
import { TerminalBar } from "./terminal-bar";
import type { TerminalHandle, TerminalState } from "./use-terminal";

interface NewsProps {
  session: TerminalInfo | null;
  machine: Machine | null;
  terminal: TerminalHandle;
  onReopen: () => void;
  onClose: () => void;
}

/** What a person has to know about the session beside its screen: lost, ended, only watched, asked for. */
export function SessionNews({ session, machine, terminal, onReopen, onClose }: NewsProps) {
  const { state, send } = terminal;
  if (state.phase === "gone" || state.exit) {
    return <EndNews state={state} session={session} machine={machine} onReopen={onReopen} onClose={onClose} />;
  }
  return (
    <>
      {state.phase === "lost" ? <LostNews /> : null}
      <RecordingNews end={state.recordingEnd} />
      {state.phase === "attached" && session?.kind !== "console" ? <SharingNews state={state} send={send} /> : null}
    </>
  );
}

function LostNews() {
  const t = useTranslations("terminal");
  return (
    // Over the screen, which keeps its size: a full-screen program would be drawn anew twice for nothing.
    <div className="relative z-10 h-0">
      <div className="absolute inset-x-0 top-0">
        <TerminalBar tone="busy" icon={<Unplug aria-hidden />}>
          {t("reconnecting")}
        </TerminalBar>
      </div>
    </div>
  );
}

interface EndProps extends Omit<NewsProps, "terminal"> {
  state: TerminalState;
}

function EndNews({ state, session, machine, onReopen, onClose }: EndProps) {
  const t = useTranslations("terminal");
  const { run, pending } = useMachineAction();
  const running = machine?.state === "running";
  const canOpen = running || session?.kind === "console";
  const canStart = machine?.image != null && (machine.state === "stopped" || machine.state === "failed");
  const { exit } = state;
  return (
    <TerminalBar
      tone={state.phase === "gone" && !exit ? "fail" : "neutral"}
      icon={<CircleStop aria-hidden />}
      actions={
        <>
          {canOpen && session ? (
            <Button variant="primary" onClick={onReopen}>
              {t("openAgain")}
            </Button>
          ) : null}
          {machine && canStart ? (
            <Button
              variant="primary"
              disabled={pending.has(machine.name)}
              onClick={() => void run("start", [machine.name])}
            >
              <Play aria-hidden />
              {t("startMachine", { name: machine.name })}
            </Button>
          ) : null}
          <Button onClick={onClose}>{t("close")}</Button>
        </>
      }
    >
      {exit ? endText(t, exit) : t("gone")}{" "}
      {machine && !running
        ? t(machine.state === "starting" ? "machineStarting" : "machineDown", { name: machine.name })
        : null}
    </TerminalBar>
  );
}

function endText(t: ReturnType<typeof useTranslations<"terminal">>, exit: NonNullable<TerminalState["exit"]>): string {
  if (exit.signal !== null) return t("endedBySignal", { signal: exit.signal });
  return exit.exitCode === null ? t("endedUnknown") : t("exited", { status: exit.exitCode });
}

/** Who may type, for one who may not; and who asks to, for one who may. */
function SharingNews({ state, send }: Pick<TerminalHandle, "state" | "send">) {
  const t = useTranslations("terminal");
  const self = state.people.find(({ id }) => id === state.you);
  if (!self) return null;
  if (self.mayType) {
    return state.people
      .filter(({ asks }) => asks)
      .map(({ id, name }) => (
        <TerminalBar
          key={id}
          tone="accent"
          icon={<Hand aria-hidden />}
          actions={
            <>
              <Button variant="primary" onClick={() => send({ type: "typing", person: id, allow: true })}>
                {t("allow")}
              </Button>
              <Button onClick={() => send({ type: "typing", person: id, allow: false })}>{t("notNow")}</Button>
            </>
          }
        >
          {t("asks", { name })}
        </TerminalBar>
      ));
  }
  const typists = state.people.filter(({ mayType }) => mayType).map(({ name }) => name);
  return (
    <TerminalBar
      tone="accent"
      icon={<Eye aria-hidden />}
      actions={
        typists.length === 0 ? (
          <Button variant="primary" onClick={() => send({ type: "typing", person: self.id, allow: true })}>
            {t("typeHere")}
          </Button>
        ) : (
          <Button disabled={self.asks} onClick={() => send({ type: "ask" })}>
            {self.asks ? t("asked") : t("askToType")}
          </Button>
        )
      }
    >
      {typists.length === 0 ? t("watchingAlone") : t("watching", { names: typists.join(", ") })}
    </TerminalBar>
  );
}
