"use client";

import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useTheme } from "next-themes";

import { isLocale, LOCALE_COOKIE, type Locale } from "@/lib/i18n/locales";
import { tellFailure } from "../ui/failures";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const YEAR_SEC = 365 * 24 * 60 * 60;

/** How this browser shows Machineroom. Known in the browser only: read it in what is not rendered on the server. */
export function usePreferences() {
  const { theme = "system", setTheme } = useTheme();
  const current = useLocale();
  const router = useRouter();
  const setLocale = (locale: Locale) => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and Safari.
    document.cookie = `${LOCALE_COOKIE}=${locale}; path=/; max-age=${YEAR_SEC}; samesite=lax`;
    router.refresh();
  };
  return { theme, setTheme, locale: isLocale(current) ? current : "en", setLocale };
}

/** Ends this session, and goes where a person signs in. */
export function useSignOut(): () => Promise<void> {
  const t = useTranslations("app");
  return async () => {
    const answer = await fetch("/api/auth/sign-out", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    }).catch(() => null);
    if (answer?.ok) window.location.assign("/sign-in");
    else tellFailure({ title: t("signOutFailed"), detail: t("unreachable") });
  };
}
