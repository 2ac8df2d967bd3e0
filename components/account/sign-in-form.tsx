"use client";

import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { z } from "zod";

import { safeNext } from "@/lib/safe-next";
import { AccountForm } from "./account-form";

const sessionSchema = z.object({ session: z.object({}) });

export function SignInForm() {
  const t = useTranslations("auth");
  useEffect(() => {
    const controller = new AbortController();
    void leaveIfSignedIn(controller.signal);
    return () => controller.abort();
  }, []);
  return (
    <>
      <AccountForm
        title={t("signIn")}
        action="/api/auth/sign-in/email"
        submit={t("signIn")}
        busy={t("signingIn")}
        fields={[
          { name: "email", label: t("email"), type: "email", autoComplete: "username" },
          { name: "password", label: t("password"), type: "password", autoComplete: "current-password" },
        ]}
        explain={({ status, code }) => {
          if (status === 401) return { field: "password", text: t("refused") };
          return code === "ACCOUNT_DISABLED" ? { text: t("disabled") } : null;
        }}
      />
      <p className="mt-4 text-ink-3 text-xs">{t("noAccount")}</p>
    </>
  );
}

/** Who comes here with a session (an old bookmark, "back") goes on at once. */
async function leaveIfSignedIn(signal: AbortSignal): Promise<void> {
  const answer = await fetch("/api/auth/get-session", { signal }).catch(() => null);
  const body: unknown = answer?.ok ? await answer.json().catch(() => null) : null;
  if (signal.aborted || !sessionSchema.safeParse(body).success) return;
  window.location.replace(safeNext(new URLSearchParams(window.location.search).get("next")));
}
