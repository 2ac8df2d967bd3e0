"use client";

import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { Suspense } from "react";

import { AccountForm } from "@/components/shell/account-form";
import { Field } from "@/components/ui/field";

function Setup() {
  const t = useTranslations("auth");
  const token = useSearchParams().get("token");
  if (!token) return <main className="p-10 text-center text-ink-2">{t("noToken")}</main>;
  return (
    <AccountForm
      title={t("setup")}
      hint={t("setupHint")}
      action="/api/setup"
      submit={t("create")}
      busy={t("creating")}
      extra={{ token }}
    >
      <Field label={t("name")} name="name" autoComplete="name" required />
      <Field label={t("email")} name="email" type="email" autoComplete="username" required />
      <Field
        label={t("password")}
        hint={t("passwordHint")}
        name="password"
        type="password"
        autoComplete="new-password"
        minLength={10}
        required
      />
    </AccountForm>
  );
}

export default function SetupPage() {
  return (
    <Suspense>
      <Setup />
    </Suspense>
  );
}
