"use client";

import { useTranslations } from "next-intl";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";

import type { MachineVerb } from "@/lib/machine-verbs";
import { useTRPCClient } from "@/lib/trpc/client";
import { tellFailure } from "../ui/failures";
import { applyVerb, type Outcome } from "./apply-verb";

export interface LastAction {
  verb: MachineVerb;
  names: readonly string[];
  /** The equivalent commands, one a line. */
  command: string;
  /** Milliseconds since the epoch. */
  at: number;
}

interface MachineActionContext {
  /** Asks the api; resolves when it has answered for every name. Failures are told on screen. */
  run: (verb: MachineVerb, names: readonly string[]) => Promise<void>;
  /** Names whose call is under way. */
  pending: ReadonlySet<string>;
  /** What worked last, for the bar that shows its command. */
  last: LastAction | null;
  forget: () => void;
}

const Context = createContext<MachineActionContext>({
  run: async () => undefined,
  pending: new Set(),
  last: null,
  forget: () => undefined,
});

/** Actions on machines from anywhere on screen: rows, a machine's page, the palette. */
export const useMachineAction = () => useContext(Context);

const FAILURE_SHOWN_MS = 12_000;

export function MachineActionProvider({ children }: { children: ReactNode }) {
  const t = useTranslations("machines");
  const ta = useTranslations("app");
  const client = useTRPCClient();
  const [pending, setPending] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<LastAction | null>(null);
  const run = useCallback(
    async (verb: MachineVerb, names: readonly string[]) => {
      setPending((before) => new Set([...before, ...names]));
      const outcomes = await applyVerb(client, verb, names, ta("unreachable"));
      setPending((before) => new Set([...before].filter((name) => !names.includes(name))));
      const failed = outcomes.filter(({ failure }) => failure !== null);
      const done = outcomes.filter(({ failure }) => failure === null);
      if (done.length > 0) {
        const command = done.map((outcome) => outcome.command).join("\n");
        setLast({ verb, names: done.map(({ name }) => name), command, at: Date.now() });
      }
      if (failed.length === 0) return;
      const title = t("failure", { verb, names: failed.map(({ name }) => name).join(", ") });
      tellFailure({ title, detail: <Failures outcomes={failed} />, shownMs: FAILURE_SHOWN_MS });
    },
    [client, t, ta],
  );
  const forget = useCallback(() => setLast(null), []);
  const value = useMemo(() => ({ run, pending, last, forget }), [run, pending, last, forget]);
  return <Context value={value}>{children}</Context>;
}

function Failures({ outcomes }: { outcomes: readonly Outcome[] }) {
  return (
    <ul className="grid max-h-40 gap-1 overflow-y-auto">
      {outcomes.map(({ name, failure }) => (
        <li key={name}>{[failure?.message, failure?.hint].filter(Boolean).join(" ")}</li>
      ))}
    </ul>
  );
}
