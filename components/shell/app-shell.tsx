"use client";

import { useQuery } from "@tanstack/react-query";
import { Boxes, Languages, LogOut, Moon } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useTheme } from "next-themes";
import { type ReactNode, useEffect } from "react";

import { LOCALE_COOKIE } from "@/lib/i18n/locales";
import { isSignedOut, useTRPC } from "@/lib/trpc/client";
import { MachinesProvider } from "../machine/machines-provider";
import { Button } from "../ui/button";

/** The rail (a dock on small screens) around every page of a signed-in person. */
export function AppShell({ children }: { children: ReactNode }) {
  const t = useTranslations("app");
  const tAuth = useTranslations("auth");
  const trpc = useTRPC();
  const router = useRouter();
  const me = useQuery(trpc.me.queryOptions());
  const signedOut = isSignedOut(me.error);
  useEffect(() => {
    if (signedOut) router.replace("/sign-in");
  }, [signedOut, router]);
  if (!me.data) {
    if (!me.error || signedOut) return null;
    return (
      <main role="alert" className="p-10 text-center text-ink-2">
        {tAuth("unreachable")}
      </main>
    );
  }
  return (
    <MachinesProvider>
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:p-2">
        {t("skip")}
      </a>
      <div className="min-h-screen md:grid md:grid-cols-[208px_1fr]">
        <Rail email={me.data.email} />
        <main id="content" className="min-w-0 max-w-7xl px-3.5 pt-4 pb-24 md:px-7 md:pt-5">
          {children}
        </main>
      </div>
    </MachinesProvider>
  );
}

function Rail({ email }: { email: string }) {
  const t = useTranslations("app");
  return (
    <nav
      aria-label={t("navigation")}
      className="fixed inset-x-0 bottom-0 z-10 flex items-center gap-1 border-line border-t bg-panel p-2 md:static md:flex-col md:items-stretch md:border-t-0 md:border-r md:p-3"
    >
      <p className="hidden items-center gap-2.5 px-2 pb-3 font-semibold md:flex">
        <span aria-hidden className="grid size-[22px] place-items-center rounded-md bg-accent">
          <span className="size-2.5 rounded-xs border-2 border-accent-ink" />
        </span>
        Machineroom
      </p>
      <Link href="/machines" className="flex items-center gap-2 rounded-lg bg-accent-soft px-2.5 py-1.5 font-semibold">
        <Boxes aria-hidden className="size-4" />
        {t("machines")}
      </Link>
      <div className="ml-auto flex gap-1 md:mt-auto md:ml-0 md:flex-col md:border-line md:border-t md:pt-2">
        <p className="hidden truncate px-2 py-1 text-ink-3 text-xs md:block">{email}</p>
        <Preferences />
      </div>
    </nav>
  );
}

function Preferences() {
  const t = useTranslations("app");
  const locale = useLocale();
  const { resolvedTheme, setTheme } = useTheme();
  const router = useRouter();
  async function signOut() {
    await fetch("/api/auth/sign-out", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
    window.location.assign("/sign-in");
  }
  function switchLanguage() {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and Safari.
    document.cookie = `${LOCALE_COOKIE}=${locale === "en" ? "zh-CN" : "en"}; path=/; max-age=31536000; samesite=lax`;
    router.refresh();
  }
  const label = "hidden md:inline";
  return (
    <div className="flex gap-1 md:flex-col md:items-start">
      <Button
        variant="ghost"
        aria-label={t("theme")}
        onClick={() => setTheme(resolvedTheme === "dark" ? "light" : "dark")}
      >
        <Moon aria-hidden className="size-4" />
        <span className={label}>{t("theme")}</span>
      </Button>
      <Button variant="ghost" onClick={switchLanguage}>
        <Languages aria-hidden className="size-4" />
        {t("language")}
      </Button>
      <Button variant="ghost" aria-label={t("signOut")} onClick={() => void signOut()}>
        <LogOut aria-hidden className="size-4" />
        <span className={label}>{t("signOut")}</span>
      </Button>
    </div>
  );
}
