"use client";

import { LogIn, ScrollText, SquareTerminal } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useId, useState } from "react";

import { useMachines } from "../machine/machines-provider";
import { Button } from "../ui/button";
import { Checkbox } from "../ui/checkbox";
import { EmptyState } from "../ui/empty-state";
import { ErrorState } from "../ui/error-state";
import { SkeletonRows } from "../ui/skeleton";
import { LoginRefusal } from "./login-refusal";
import { OperatorsOnly } from "./operators-only";
import { TerminalWorkspace } from "./terminal-workspace";
import type { OpenRequest } from "./use-open-terminal";
import { useTerminals } from "./use-terminals";

/** The terminals of one machine. They live in the api: a reload finds them again, and the one that was on screen. */
export function MachineTerminal({ name, running }: { name: string; running: boolean }) {
  const t = useTranslations("terminal");
  const { machines } = useMachines();
  const { sessions, allowed, error, retry } = useTerminals();
  const [chosen, setChosen] = useChosen(name);
  const [record, setRecord] = useState(false);
  const recordId = useId();
  if (allowed === false) {
    return (
      <div className="grid gap-3">
        <LoginRefusal name={name} />
        <OperatorsOnly />
      </div>
    );
  }
  const failure = error ? <ErrorState error={error} onRetry={retry} /> : null;
  if (!sessions) return failure ?? <SkeletonRows label={t("loading")} />;
  const own = sessions.filter(({ machine }) => machine === name);
  return (
    <>
      {failure}
      <TerminalWorkspace
        sessions={own}
        active={chosen ?? own.at(-1)?.id ?? null}
        machine={{ name, running }}
        machineOf={(machine) => machines?.get(machine) ?? null}
        withMachine={false}
        onChoose={setChosen}
        empty={(openAny, busy) => {
          const open = (request: OpenRequest) => {
            openAny(record ? { ...request, record } : request);
            setRecord(false);
          };
          return (
            <EmptyState icon={<SquareTerminal aria-hidden />} title={t("none")}>
              <p>{running ? t("noneHint") : t("notRunning", { name })}</p>
              <div className="mt-2 flex flex-wrap justify-center gap-2">
                <Button variant="primary" disabled={!running || busy} onClick={() => open({ name, kind: "login" })}>
                  <LogIn aria-hidden />
                  {t("open.login")}
                </Button>
                <Button disabled={!running || busy} onClick={() => open({ name, kind: "shell" })}>
                  <SquareTerminal aria-hidden />
                  {t("open.shell")}
                </Button>
                <Button disabled={busy} onClick={() => open({ name, kind: "console" })}>
                  <ScrollText aria-hidden />
                  {t("open.console")}
                </Button>
              </div>
              <label htmlFor={recordId} className="mt-1 flex items-center gap-2 max-md:min-h-11">
                <Checkbox id={recordId} checked={record} onCheckedChange={(checked) => setRecord(checked === true)} />
                {t("recordHint")}
              </label>
            </EmptyState>
          );
        }}
      />
    </>
  );
}

/** The session last chosen in this browser tab. Null: the newest. */
function useChosen(name: string): [string | null, (id: string | null) => void] {
  const key = `machineroom-terminal-of-${name}`;
  const [chosen, setChosen] = useState<string | null>(null);
  useEffect(() => setChosen(window.sessionStorage.getItem(key)), [key]);
  return [
    chosen,
    (id) => {
      setChosen(id);
      if (id === null) window.sessionStorage.removeItem(key);
      else window.sessionStorage.setItem(key, id);
    },
  ];
}
