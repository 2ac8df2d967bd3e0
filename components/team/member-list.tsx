"use client";

import { useQuery } from "@tanstack/react-query";
import { Ban } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import { ROLES, type Role } from "@/lib/roles";
import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import { useMe } from "../shell/use-me";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { ConfirmFooter } from "../ui/confirm-footer";
import { AlertDialog } from "../ui/dialog";
import { ErrorState } from "../ui/error-state";
import { RelativeTime } from "../ui/relative-time";
import { Select } from "../ui/select";
import { SkeletonRows } from "../ui/skeleton";
import { InviteButton } from "./invite-dialog";
import { SettingsSection } from "./settings-section";
import { useTeamMutation } from "./use-team-mutation";

export interface Member {
  id: string;
  email: string;
  name: string;
  role: Role;
  disabledAt: string | null;
  lastSeenAt: string | null;
}

/** Everybody with an account: what they may, and whether they may sign in. */
export function MemberList() {
  const t = useTranslations("team");
  const trpc = useTRPC();
  const { data: members, error, refetch } = useQuery(trpc.users.list.queryOptions());
  const admins = members?.filter(({ role, disabledAt }) => role === "admin" && disabledAt === null).length ?? 0;
  return (
    <SettingsSection title={t("members")} action={<InviteButton />}>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : null}
      {members ? (
        <ul className="rounded-xl border bg-panel">
          {members.map((member) => (
            <MemberRow
              key={member.id}
              member={member}
              isLastAdmin={admins === 1 && member.role === "admin" && member.disabledAt === null}
            />
          ))}
        </ul>
      ) : error ? null : (
        <SkeletonRows label={t("loading")} />
      )}
    </SettingsSection>
  );
}

function MemberRow({ member, isLastAdmin }: { member: Member; isLastAdmin: boolean }) {
  const t = useTranslations("team");
  const { data: me } = useMe();
  const isMe = me?.id === member.id;
  return (
    <li className="grid grid-cols-[1fr_auto] items-center gap-x-3 gap-y-2 px-4 py-3 not-last:border-b md:grid-cols-[1fr_9.5rem_6rem]">
      <div className="col-span-full min-w-0 md:col-span-1">
        <p className="flex flex-wrap items-center gap-x-2 font-medium">
          <span className="[overflow-wrap:anywhere]">{member.name}</span>
          {isMe ? <Badge>{t("you")}</Badge> : null}
          {member.disabledAt ? (
            <Badge tone="fail">
              <Ban aria-hidden />
              {t("disabled")}
            </Badge>
          ) : null}
        </p>
        <p className="flex flex-wrap gap-x-3 text-ink-2 text-xs">
          <span className="[overflow-wrap:anywhere]">{member.email}</span>
          {member.lastSeenAt ? (
            <span>
              {t("lastSeen")} <RelativeTime at={member.lastSeenAt} />
            </span>
          ) : (
            <span>{t("neverSeen")}</span>
          )}
        </p>
        {isLastAdmin ? <p className="text-ink-3 text-xs">{t("lastAdmin")}</p> : null}
      </div>
      <RoleChoice member={member} isMe={isMe} isLastAdmin={isLastAdmin} />
      <div className="justify-self-end">{isMe ? null : <Access member={member} />}</div>
    </li>
  );
}

/** The role, to be chosen anew; giving up one's own admin asks first, since one can't take it back. */
function RoleChoice({ member, isMe, isLastAdmin }: { member: Member; isMe: boolean; isLastAdmin: boolean }) {
  const t = useTranslations("team");
  const trpc = useTRPC();
  const client = useTRPCClient();
  const [wanted, setWanted] = useState<Role | null>(null);
  const change = useTeamMutation(
    (role: Role) => client.users.setRole.mutate({ id: member.id, role }),
    [trpc.users.list.queryKey(), ...(isMe ? [trpc.me.queryKey()] : [])],
  );
  return (
    <>
      <Select
        label={t("roleOf", { name: member.name })}
        value={change.isPending ? change.variables : member.role}
        options={ROLES.map((role) => ({ value: role, label: t(role) }))}
        disabled={isLastAdmin || change.isPending}
        className="w-full"
        onValueChange={(role) => {
          if (role === member.role) return;
          if (isMe) setWanted(role);
          else change.mutate(role);
        }}
      />
      <AlertDialog
        open={wanted !== null}
        onOpenChange={() => setWanted(null)}
        title={t("demoteTitle")}
        description={t("demoteText", { role: t(wanted ?? "viewer") })}
      >
        <Confirm text={t("demote")} onConfirm={() => wanted && change.mutate(wanted)} />
      </AlertDialog>
    </>
  );
}

function Access({ member }: { member: Member }) {
  const t = useTranslations("team");
  const trpc = useTRPC();
  const client = useTRPCClient();
  const [asks, setAsks] = useState(false);
  const change = useTeamMutation(
    (verb: "enable" | "disable") => client.users[verb].mutate({ id: member.id }),
    [trpc.users.list.queryKey()],
  );
  const { name, email } = member;
  if (member.disabledAt) {
    return (
      <Button
        aria-label={t("enableOf", { name })}
        aria-disabled={change.isPending}
        onClick={() => change.mutate("enable")}
      >
        {t("enable")}
      </Button>
    );
  }
  return (
    <>
      <Button
        variant="ghost"
        aria-label={t("disableOf", { name })}
        aria-disabled={change.isPending}
        onClick={() => setAsks(true)}
      >
        {t("disable")}
      </Button>
      <AlertDialog
        open={asks}
        onOpenChange={setAsks}
        title={t("disableTitle", { name })}
        description={t("disableText", { email })}
      >
        <Confirm text={t("disable")} onConfirm={() => change.mutate("disable")} />
      </AlertDialog>
    </>
  );
}

function Confirm({ text, onConfirm }: { text: string; onConfirm: () => void }) {
  const t = useTranslations("team");
  return <ConfirmFooter cancel={t("cancel")} confirm={text} onConfirm={onConfirm} />;
}
