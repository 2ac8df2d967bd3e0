"use client";

import { useLocale, useTranslations } from "next-intl";

import { PASSWORD_MIN_LENGTH } from "@/lib/accounts";
import { formatDateTime } from "@/lib/format";
import { type AccountField, AccountForm } from "./account-form";
import { LinkGate } from "./link-gate";

/** The first account, an admin's, by the link the host prints. */
export function SetupForm() {
  const t = useTranslations("auth");
  const until = useUntil();
  const fields = useNewAccountFields();
  return (
    <LinkGate kind="setup">
      {(link, token, recheck) => (
        <AccountForm
          title={t("setup")}
          hint={t("setupHint", { time: until(link.expiresAt) })}
          action="/api/setup"
          submit={t("create")}
          busy={t("creating")}
          extra={{ token }}
          fields={[
            fields.name,
            { name: "email", label: t("email"), type: "email", autoComplete: "username" },
            fields.password,
          ]}
          onRefused={recheck}
        />
      )}
    </LinkGate>
  );
}

/** An account by invitation; mail address and role stand in it. */
export function InviteForm() {
  const t = useTranslations("auth");
  const tApp = useTranslations("app");
  const until = useUntil();
  const fields = useNewAccountFields();
  return (
    <LinkGate kind="invite">
      {(link, token, recheck) => (
        <AccountForm
          title={t("invite")}
          hint={t("inviteHint", { role: tApp(link.role ?? "viewer"), time: until(link.expiresAt) })}
          action="/api/invite/accept"
          submit={t("create")}
          busy={t("creating")}
          extra={{ token }}
          fields={[
            { name: "email", label: t("email"), type: "email", autoComplete: "username", fixed: link.email ?? "" },
            fields.name,
            fields.password,
          ]}
          onRefused={recheck}
        />
      )}
    </LinkGate>
  );
}

function useNewAccountFields(): Record<"name" | "password", AccountField> {
  const t = useTranslations("auth");
  return {
    name: { name: "name", label: t("name"), type: "text", autoComplete: "name" },
    password: {
      name: "password",
      label: t("password"),
      type: "password",
      autoComplete: "new-password",
      hint: t("passwordHint", { count: PASSWORD_MIN_LENGTH }),
    },
  };
}

/** The form is only made in the browser, so its own time zone is right. */
function useUntil(): (time: string | null) => string {
  const locale = useLocale();
  return (time) => (time === null ? "" : formatDateTime(new Date(time), locale));
}
