"use client";

import { useQuery } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";

import { formatDateTime } from "@/lib/format";
import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import { Button } from "../ui/button";
import { ErrorState } from "../ui/error-state";
import { SkeletonRows } from "../ui/skeleton";
import { RoleBadge } from "./role-badge";
import { SettingsSection } from "./settings-section";
import { useTeamMutation } from "./use-team-mutation";

/** Links that are out and can still be used. */
export function InvitationList() {
  const t = useTranslations("team");
  const locale = useLocale();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const { data: invitations, error, refetch } = useQuery(trpc.users.invitations.queryOptions());
  const revoke = useTeamMutation(
    (id: string) => client.users.revokeInvitation.mutate({ id }),
    [trpc.users.invitations.queryKey()],
  );
  return (
    <SettingsSection title={t("invitations")}>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : null}
      {invitations === undefined && !error ? <SkeletonRows label={t("loading")} rows={2} /> : null}
      {invitations?.length === 0 ? <p className="text-ink-3">{t("noInvitations")}</p> : null}
      {invitations?.length ? (
        <ul className="rounded-xl border bg-panel">
          {invitations.map(({ id, email, role, expiresAt }) => (
            <li key={id} className="flex items-center gap-3 px-4 py-3 not-last:border-b">
              <div className="min-w-0 flex-1">
                <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
                  <span className="[overflow-wrap:anywhere]">{email}</span>
                  <RoleBadge role={role} />
                </p>
                <p className="text-ink-2 text-xs">
                  {t("expires", { time: formatDateTime(new Date(expiresAt), locale) })}
                </p>
              </div>
              <Button variant="ghost" aria-label={t("revokeOf", { email })} onClick={() => revoke.mutate(id)}>
                {t("revoke")}
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
    </SettingsSection>
  );
}
