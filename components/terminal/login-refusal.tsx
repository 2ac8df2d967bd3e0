"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { toast } from "sonner";

import type { LoginRefusal as Refusal } from "@/lib/securetty";
import { useTRPC } from "@/lib/trpc/client";
import { useMay } from "../shell/use-me";
import { Button } from "../ui/button";
import { CommandLine } from "../ui/command-line";
import { ErrorState } from "../ui/error-state";

const OBSTACLES = { readOnly: "refused.readOnly", disk: "refused.disk" } as const;

/** Where a machine's login would refuse root whatever the password: why, what would change, and the button that does it. */
export function LoginRefusal({ name }: { name: string }) {
  const trpc = useTRPC();
  // What a shell in the machine has changed meanwhile is seen when the window is looked at again.
  const { data } = useQuery(trpc.terminals.loginRefusal.queryOptions({ name }, { staleTime: 0 }));
  return data ? <Explanation name={name} refusal={data} /> : null;
}

function Explanation({ name, refusal }: { name: string; refusal: Refusal }) {
  const t = useTranslations("terminal");
  const { file, pamFile, missing, command, obstacle } = refusal;
  const isAdmin = useMay("admin");
  return (
    <section
      aria-label={t("refused.title", { name })}
      className="grid gap-2 rounded-xl border border-line-2 bg-busy-soft p-4"
    >
      <p className="flex items-center gap-2 font-semibold text-busy">
        <KeyRound aria-hidden className="size-4 shrink-0" />
        {t("refused.title", { name })}
      </p>
      <p className="max-w-prose">
        {t("refused.why", { file, pamFile })} {t("refused.effect")}
      </p>
      <p>
        {t("refused.lines", { file })} <code className="font-mono text-[13px]">{missing.join(" ")}</code>
      </p>
      {obstacle ? <p className="font-medium">{t(OBSTACLES[obstacle])}</p> : null}
      {obstacle === null && !isAdmin ? <p className="font-medium">{t("refused.askAdmin")}</p> : null}
      {obstacle === null && isAdmin ? <Allow name={name} command={command} /> : null}
    </section>
  );
}

function Allow({ name, command }: { name: string; command: string | null }) {
  const t = useTranslations("terminal");
  const trpc = useTRPC();
  const queries = useQueryClient();
  const allow = useMutation(
    trpc.machines.allowRootLogin.mutationOptions({
      onSuccess: () => toast.success(t("refused.done", { name })),
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.terminals.loginRefusal.queryKey({ name }) }),
    }),
  );
  return (
    <>
      <div className="flex flex-wrap items-center gap-3">
        <Button disabled={allow.isPending} onClick={() => allow.mutate({ name })}>
          <KeyRound aria-hidden />
          {t("refused.allow")}
        </Button>
        {command ? <CommandLine command={command} /> : null}
      </div>
      {allow.error ? <ErrorState error={allow.error} /> : null}
    </>
  );
}
