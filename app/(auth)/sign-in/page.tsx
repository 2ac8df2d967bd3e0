"use client";

import { useTranslations } from "next-intl";

import { AccountForm } from "@/components/shell/account-form";
import { Field } from "@/components/ui/field";

export default function SignInPage() {
  const t = useTranslations("auth");
  return (
    <AccountForm
      title={t("signIn")}
      action="/api/auth/sign-in/email"
      submit={t("signIn")}
      busy={t("signingIn")}
      refused={t("refused")}
    >
      <Field label={t("email")} name="email" type="email" autoComplete="username" required />
      <Field label={t("password")} name="password" type="password" autoComplete="current-password" required />
    </AccountForm>
  );
}
