"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type SubmitEvent, useState } from "react";

import { PASSWORD_MIN_LENGTH, personNameSchema } from "@/lib/accounts";
import type { Role } from "@/lib/roles";
import { useTRPC, useTRPCClient } from "@/lib/trpc/client";
import { PostForm } from "../account/account-form";
import { useMe } from "../shell/use-me";
import { Button } from "../ui/button";
import { Checkbox } from "../ui/checkbox";
import { Field } from "../ui/field";
import { SkeletonRows } from "../ui/skeleton";
import { ROLE_MAY, RoleBadge } from "./role-badge";
import { SettingsSection } from "./settings-section";
import { useTeamMutation } from "./use-team-mutation";

/** Who one is, and one's password. */
export function AccountSettings() {
  const t = useTranslations("team");
  const { data: me } = useMe();
  if (!me) return <SkeletonRows label={t("loading")} />;
  return (
    <>
      <SettingsSection title={t("profile")}>
        <Profile {...me} />
      </SettingsSection>
      <SettingsSection title={t("password")}>
        <PasswordForm email={me.email} />
      </SettingsSection>
    </>
  );
}

function Profile({ name, email, role }: { name: string; email: string; role: Role }) {
  const t = useTranslations("team");
  const tAuth = useTranslations("auth");
  const trpc = useTRPC();
  const client = useTRPCClient();
  const [typed, setTyped] = useState<string | null>(null);
  const [problem, setProblem] = useState("");
  const rename = useTeamMutation(
    (displayName: string) => client.users.rename.mutate({ displayName }),
    [trpc.me.queryKey(), trpc.users.list.queryKey()],
  );
  async function onSubmit(event: SubmitEvent) {
    event.preventDefault();
    const parsed = personNameSchema.safeParse(typed ?? name);
    setProblem(parsed.success ? "" : tAuth("required"));
    if (parsed.success && !rename.isPending) rename.mutate(parsed.data, { onSuccess: () => setTyped(null) });
  }
  return (
    <form
      noValidate
      onSubmit={(event) => void onSubmit(event)}
      className="grid gap-4 rounded-xl border bg-panel p-4 md:grid-cols-2 md:p-5"
    >
      <dl className="grid content-start gap-3">
        <div>
          <dt className="font-medium">{t("email")}</dt>
          <dd className="text-ink-2 [overflow-wrap:anywhere]">{email}</dd>
        </div>
        <div>
          <dt className="font-medium">{t("role")}</dt>
          <dd className="mt-0.5 grid justify-items-start gap-1 text-ink-2">
            <RoleBadge role={role} />
            {t(ROLE_MAY[role])}
          </dd>
        </div>
      </dl>
      <div className="grid content-start gap-2">
        <Field
          label={t("name")}
          hint={t("nameHint")}
          error={problem}
          name="name"
          autoComplete="name"
          maxLength={100}
          value={typed ?? name}
          onChange={(event) => {
            setTyped(event.target.value);
            rename.reset();
          }}
        />
        <div className="flex items-center gap-3">
          <Button type="submit" aria-disabled={rename.isPending}>
            {rename.isPending ? t("saving") : t("save")}
          </Button>
          <p role="status" className="text-run">
            {rename.isSuccess ? t("saved") : ""}
          </p>
        </div>
      </div>
    </form>
  );
}

function PasswordForm({ email }: { email: string }) {
  const t = useTranslations("team");
  const tAuth = useTranslations("auth");
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [revokes, setRevokes] = useState(true);
  const [changed, setChanged] = useState(false);
  return (
    <div className="grid max-w-md gap-3 rounded-xl border bg-panel p-4 md:p-5">
      <PostForm
        action="/api/auth/change-password"
        submit={t("changePassword")}
        busy={t("changing")}
        fields={[
          { name: "currentPassword", label: t("currentPassword"), type: "password", autoComplete: "current-password" },
          {
            name: "newPassword",
            label: t("newPassword"),
            type: "password",
            autoComplete: "new-password",
            hint: tAuth("passwordHint", { count: PASSWORD_MIN_LENGTH }),
          },
        ]}
        extra={{ revokeOtherSessions: revokes }}
        explain={({ code }) =>
          code === "INVALID_PASSWORD" ? { field: "currentPassword", text: t("wrongPassword") } : null
        }
        onRefused={() => setChanged(false)}
        onDone={(form) => {
          form.reset();
          setChanged(true);
          void queries.invalidateQueries({ queryKey: trpc.sessions.list.queryKey() });
        }}
      >
        {/* Tells a password manager whose password it is. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <div className="flex items-center gap-2">
          <Checkbox id="revoke-others" checked={revokes} onCheckedChange={(checked) => setRevokes(checked === true)} />
          <label htmlFor="revoke-others">{t("revokeToo")}</label>
        </div>
      </PostForm>
      <p role="status" className="empty:hidden text-run">
        {changed ? t("changed") : ""}
      </p>
    </div>
  );
}
