"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useSyncExternalStore } from "react";

import { LOCALE_NAMES, LOCALES } from "@/lib/i18n/locales";
import { cn } from "@/lib/utils";
import { THEME_LOOKS } from "../shell/person-menu";
import { THEMES, usePreferences } from "../shell/use-preferences";

const neverChanges = () => () => undefined;

/** False while the page is still as the server made it, which does not know the browser's theme. */
export function useInBrowser(): boolean {
  return useSyncExternalStore(
    neverChanges,
    () => true,
    () => false,
  );
}

/** Language and theme, for those who are not signed in yet. */
export function PreferenceBar() {
  const t = useTranslations("auth");
  const tApp = useTranslations("app");
  const { theme, setTheme, locale, setLocale } = usePreferences();
  const inBrowser = useInBrowser();
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
            <Toggle key={one} pressed={inBrowser && theme === one} label={label} onPress={() => setTheme(one)}>
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
