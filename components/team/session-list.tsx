"use client";

import { useQuery } from "@tanstack/react-query";
import { Monitor, Smartphone } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import { parseUserAgent } from "@/lib/user-agent";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { ConfirmFooter } from "../ui/confirm-footer";
import { AlertDialog } from "../ui/dialog";
import { ErrorState } from "../ui/error-state";
import { RelativeTime } from "../ui/relative-time";
import { SkeletonRows } from "../ui/skeleton";
import { SettingsSection } from "./settings-section";
import { useTeamMutation } from "./use-team-mutation";

interface Session {
  id: string;
  createdAt: string;
  lastUsedAt: string;
  ip: string | null;
  userAgent: string | null;
  current: boolean;
}

/** Where one is signed in, the present session first. */
export function SessionList() {
  const t = useTranslations("team");
  const trpc = useTRPC();
  const { data: sessions, error, refetch } = useQuery(trpc.sessions.list.queryOptions());
  const others = sessions?.filter(({ current }) => !current) ?? [];
  return (
    <SettingsSection
      title={t("sessions")}
      text={t("sessionsText")}
      action={others.length > 0 ? <EndOthers count={others.length} /> : undefined}
    >
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : null}
      {sessions ? (
        <ul className="rounded-xl border bg-panel">
          {[...sessions]
            .sort((a, b) => Number(b.current) - Number(a.current))
            .map((session) => (
              <SessionRow key={session.id} session={session} />
            ))}
        </ul>
      ) : error ? null : (
        <SkeletonRows label={t("loading")} />
      )}
      {sessions && others.length === 0 ? <p className="text-ink-3">{t("noOthers")}</p> : null}
    </SettingsSection>
  );
}

function SessionRow({ session }: { session: Session }) {
  const t = useTranslations("team");
  const trpc = useTRPC();
  const client = useTRPCClient();
  const end = useTeamMutation((id: string) => client.sessions.revoke.mutate({ id }), [trpc.sessions.list.queryKey()]);
  const { browser, system, isHandheld } = parseUserAgent(session.userAgent);
  const name = browser ?? t("unknownBrowser");
  const agent = system ? t("agentOn", { browser: name, system }) : name;
  const Icon = isHandheld ? Smartphone : Monitor;
  return (
    <li className="flex items-center gap-3 px-4 py-3 not-last:border-b">
      <Icon aria-hidden className="size-5 shrink-0 text-ink-3" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium" title={session.userAgent ?? undefined}>
          {agent}
          {session.current ? <Badge tone="run">{t("current")}</Badge> : null}
        </p>
        <p className="flex flex-wrap gap-x-3 text-ink-2 text-xs">
          <span>{session.ip ? t("fromAddress", { address: session.ip }) : t("onHost")}</span>
          <span>
            {t("lastUsed")} <RelativeTime at={session.lastUsedAt} />
          </span>
          <span>
            {t("signedIn")} <RelativeTime at={session.createdAt} />
          </span>
        </p>
      </div>
      {session.current ? null : (
        <Button
          aria-label={t("endSession", { agent })}
          aria-disabled={end.isPending}
          onClick={() => end.isPending || end.mutate(session.id)}
        >
          {t("end")}
        </Button>
      )}
    </li>
  );
}

function EndOthers({ count }: { count: number }) {
  const t = useTranslations("team");
  const trpc = useTRPC();
  const client = useTRPCClient();
  const [asks, setAsks] = useState(false);
  const end = useTeamMutation(() => client.sessions.revokeOthers.mutate({}), [trpc.sessions.list.queryKey()]);
  return (
    <>
      <Button onClick={() => setAsks(true)}>{t("endOthers")}</Button>
      <AlertDialog
        open={asks}
        onOpenChange={setAsks}
        title={t("endOthersTitle")}
        description={t("endOthersText", { count })}
      >
        <ConfirmFooter cancel={t("cancel")} confirm={t("endOthers")} onConfirm={() => end.mutate(undefined)} />
      </AlertDialog>
    </>
  );
}
