"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { LOCALE_NAMES, LOCALES } from "@/lib/i18n/locales";
import { cn } from "@/lib/utils";
import { THEME_LOOKS } from "../shell/person-menu";
import { THEMES, usePreferences } from "../shell/use-preferences";
import { useHydrated } from "../ui/use-hydrated";

/** Language and theme, for those who are not signed in yet. */
export function PreferenceBar() {
  const t = useTranslations("auth");
  const tApp = useTranslations("app");
  const { theme, setTheme, locale, setLocale } = usePreferences();
  const hydrated = useHydrated();
  return (
    <section aria-label={t("preferences")} className="flex flex-wrap justify-center gap-x-5 gap-y-2">
      <div className="flex gap-1">
        {LOCALES.map((one) => (
          <Toggle key={one} pressed={locale === one} lang={one} onPress={() => setLocale(one)}>
            {LOCALE_NAMES[one]}
          </Toggle>
        ))}
      </div>
      <div className="flex gap-1">
        {THEMES.map((one) => {
          const { title, Icon } = THEME_LOOKS[one];
          const label = tApp("useTheme", { theme: tApp(title) });
          return (
            <Toggle key={one} pressed={hydrated && theme === one} label={label} onPress={() => setTheme(one)}>
              <Icon aria-hidden className="size-4" />
            </Toggle>
          );
        })}
      </div>
    </section>
  );
}

interface ToggleProps {
  pressed: boolean;
  onPress: () => void;
  label?: string;
  lang?: string;
  children: ReactNode;
}

function Toggle({ pressed, onPress, label, lang, children }: ToggleProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      aria-label={label}
      title={label}
      lang={lang}
      onClick={onPress}
      className={cn(
        "grid h-8 min-w-8 place-items-center rounded-lg px-2 text-xs",
        pressed ? "bg-accent-soft font-semibold text-ink" : "text-ink-2 hover:bg-stop-soft hover:text-ink",
      )}
    >
      {children}
    </button>
  );
}
