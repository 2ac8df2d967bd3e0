"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { SquareTerminal, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";

import { useTRPC } from "@/lib/trpc/client";
import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import { connectTerminal } from "./connect-terminal";

/** The terminals of one machine. They live in the api: a reload finds them again. */
export function MachineTerminal({ name, running }: { name: string; running: boolean }) {
  const t = useTranslations("terminal");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const list = useQuery(trpc.terminals.list.queryOptions());
  const [chosen, setChosen] = useState<string | null>(null);
  const refresh = () => queryClient.invalidateQueries({ queryKey: trpc.terminals.list.queryKey() });
  const open = useMutation(
    trpc.terminals.open.mutationOptions({
      onSuccess: async ({ id }) => {
        setChosen(id);
        await refresh();
      },
    }),
  );
  const close = useMutation(trpc.terminals.close.mutationOptions({ onSettled: refresh }));
  const sessions = (list.data ?? []).filter((session) => session.machine === name);
  const active = sessions.find((session) => session.id === chosen) ?? sessions.at(-1);
  const start = (kind: "login" | "shell") => open.mutate({ name, kind, cols: 100, rows: 30 });
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-2">
        {sessions.map((session, index) => (
          <span
            key={session.id}
            className={cn("inline-flex items-center rounded-lg", session === active && "bg-accent-soft")}
          >
            <Button variant="ghost" aria-pressed={session === active} onClick={() => setChosen(session.id)}>
              {t("tab", { kind: t(session.kind), number: index + 1 })}
            </Button>
            <Button variant="icon" aria-label={t("close")} onClick={() => close.mutate({ id: session.id })}>
              <X aria-hidden className="size-3.5" />
            </Button>
          </span>
        ))}
        <Button disabled={!running || open.isPending} onClick={() => start("login")}>
          <SquareTerminal aria-hidden className="size-4" />
          {t("login")}
        </Button>
        <Button disabled={!running || open.isPending} onClick={() => start("shell")}>
          {t("shell")}
        </Button>
      </div>
      {open.error ? (
        <p role="alert" className="rounded-lg bg-fail-soft px-3 py-2 text-fail">
          {t("failed")} {open.error.message}
        </p>
      ) : null}
      {active ? (
        <TerminalView key={active.id} id={active.id} label={t("label", { name })} onGone={refresh} />
      ) : (
        <p className="rounded-xl border border-line border-dashed p-10 text-center text-ink-2">
          {running ? t("none") : t("notRunning", { name })}
        </p>
      )}
    </div>
  );
}

function TerminalView({ id, label, onGone }: { id: string; label: string; onGone: () => void }) {
  const t = useTranslations("terminal");
  const element = useRef<HTMLDivElement>(null);
  const [connected, setConnected] = useState(true);
  const [exit, setExit] = useState<{ code: number | null } | null>(null);
  const gone = useRef(onGone);
  gone.current = onGone;
  useEffect(() => {
    if (!element.current) return;
    return connectTerminal(element.current, id, label, {
      onConnected: setConnected,
      onExit: (code) => setExit({ code }),
      onGone: () => gone.current(),
    });
  }, [id, label]);
  return (
    <div className="grid gap-2">
      {exit ? <p role="status">{t("exited", { status: exit.code ?? "—" })}</p> : null}
      {connected || exit ? null : <p role="status">{t("reconnecting")}</p>}
      <div ref={element} className="h-[60vh] min-h-52 overflow-hidden rounded-xl bg-[#0c0f11] p-3" />
    </div>
  );
}
