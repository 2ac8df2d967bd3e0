"use client";

import { usePathname, useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";

import { terminalTitle } from "@/lib/terminal";
import { useMachines } from "../machine/machines-provider";
import { PageHeader } from "../shell/page-header";
import { ErrorState } from "../ui/error-state";
import { SkeletonRows } from "../ui/skeleton";
import { AllTerminalsLink } from "./all-terminals-link";
import { OperatorsOnly } from "./operators-only";
import { TerminalWorkspace } from "./terminal-workspace";
import { useTerminals } from "./use-terminals";

const ADDRESS = "/terminals/";

/** One terminal at an address of its own, with the chips of every other one across all machines. */
export function TerminalPage() {
  const t = useTranslations("terminal");
  const router = useRouter();
  const id = usePathname().slice(ADDRESS.length);
  const { machines } = useMachines();
  const { sessions, allowed, error, retry } = useTerminals();
  const session = sessions?.find((one) => one.id === id);
  // Once closed it is in no list any more, but its machine is where the next one is opened.
  const [machine, setMachine] = useState<string | null>(null);
  useEffect(() => {
    if (session) setMachine(session.machine);
  }, [session]);
  if (allowed === false) return <OperatorsOnly />;
  const failure = error ? <ErrorState error={error} onRetry={retry} /> : null;
  if (!sessions) return failure ?? <SkeletonRows label={t("loading")} />;
  const name = session?.machine ?? machine ?? "";
  return (
    <>
      <PageHeader title={<span className="font-mono">{session ? terminalTitle(session) : name || t("terminal")}</span>}>
        <AllTerminalsLink />
      </PageHeader>
      {failure}
      <TerminalWorkspace
        sessions={sessions}
        active={id}
        machine={{ name, running: machines?.get(name)?.state === "running" }}
        machineOf={(one) => machines?.get(one) ?? null}
        withMachine
        // The page stays when another is chosen, and with it the full screen; as a route it would be one of its own.
        onChoose={(chosen) => {
          if (chosen === null) router.replace("/terminals");
          else window.history.replaceState(null, "", `${ADDRESS}${chosen}`);
        }}
        empty={() => null}
      />
    </>
  );
}
