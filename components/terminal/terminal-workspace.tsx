"use client";

import { useMutation } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { type ReactNode, useRef, useState } from "react";

import type { Machine } from "@/lib/machine";
import type { TerminalInfo } from "@/lib/terminal";
import { useTRPC } from "@/lib/trpc/client";
import { ErrorState } from "../ui/error-state";
import { Skeleton } from "../ui/skeleton";
import { CloseTerminalDialog } from "./close-terminal-dialog";
import { LoginRefusal } from "./login-refusal";
import { NewTerminalMenu } from "./new-terminal-menu";
import { TerminalChips } from "./terminal-chips";
import { TerminalSwitcher } from "./terminal-switcher";
import { useFullScreen } from "./use-full-screen";
import { type OpenRequest, requestOf, useOpenTerminal } from "./use-open-terminal";

const TerminalView = dynamic(() => import("./terminal-view").then((module) => module.TerminalView), {
  ssr: false,
  loading: () => <Skeleton className="h-80" />,
});

interface WorkspaceProps {
  sessions: readonly TerminalInfo[];
  /** The session on screen. */
  active: string | null;
  /** The machine new ones are opened on. */
  machine: { name: string; running: boolean };
  machineOf: (name: string) => Machine | null;
  withMachine: boolean;
  onChoose: (id: string | null) => void;
  /** Shown where there is no session. */
  empty: (open: (request: OpenRequest) => void, busy: boolean) => ReactNode;
}

/** The chips of several sessions and the one that is chosen. */
export function TerminalWorkspace(props: WorkspaceProps) {
  const { sessions, active, machine, onChoose } = props;
  const trpc = useTRPC();
  const [closing, setClosing] = useState<TerminalInfo | null>(null);
  const switcher = useRef<HTMLButtonElement>(null);
  const opening = useOpenTerminal(onChoose);
  const close = useMutation(trpc.terminals.close.mutationOptions());
  // Of all the sessions here: it stays when another is chosen.
  const full = useFullScreen(active !== null);
  const session = sessions.find(({ id }) => id === active) ?? null;
  const closeNow = (id: string) => {
    if (id === active) onChoose(sessions.filter((other) => other.id !== id).at(-1)?.id ?? null);
    if (sessions.some((other) => other.id === id)) close.mutate({ id });
  };
  const reopen = () => {
    if (!session) return;
    // Its last screen stays to be read where no other can be opened.
    opening.open(requestOf(session), () => close.mutate({ id: session.id }));
  };
  const chips = (narrow: boolean) => {
    const all = {
      sessions,
      active,
      withMachine: props.withMachine,
      onChoose,
      onClose: (one: TerminalInfo) => (one.state === "exited" ? closeNow(one.id) : setClosing(one)),
      children: <NewTerminalMenu {...machine} busy={opening.isPending} onOpen={opening.open} />,
    };
    return narrow ? <TerminalSwitcher {...all} trigger={switcher} /> : <TerminalChips {...all} />;
  };
  return (
    <div className="grid gap-3">
      {opening.error ? <ErrorState error={opening.error} /> : null}
      {machine.name !== "" && (active === null || session?.kind === "login") ? (
        <LoginRefusal name={session?.machine ?? machine.name} />
      ) : null}
      {active === null ? (
        <>
          {sessions.length > 0 ? chips(false) : null}
          {props.empty(opening.open, opening.isPending)}
        </>
      ) : (
        <TerminalView
          key={active}
          id={active}
          session={session}
          machine={props.machineOf(session?.machine ?? machine.name)}
          chips={chips}
          full={full}
          onReopen={reopen}
          onClose={() => closeNow(active)}
        />
      )}
      <CloseTerminalDialog
        session={closing}
        onCancel={() => setClosing(null)}
        onClose={({ id }) => closeNow(id)}
        returnFocus={switcher}
      />
    </div>
  );
}
