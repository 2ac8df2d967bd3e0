"use client";

import { useTranslations } from "next-intl";

import { LOCALE_NAMES, LOCALES } from "@/lib/i18n/locales";
import { THEME_LOOKS } from "../shell/person-menu";
import { THEMES, usePreferences } from "../shell/use-preferences";
import { useHydrated } from "../ui/use-hydrated";
import { RadioCards } from "./radio-cards";
import { SettingsSection } from "./settings-section";

/** How this browser shows the dashboard. */
export function AppearanceSettings() {
  const t = useTranslations("team");
  const tApp = useTranslations("app");
  const { theme, setTheme, locale, setLocale } = usePreferences();
  const hydrated = useHydrated();
  return (
    <>
      <SettingsSection title={t("theme")} text={t("themeText")}>
        <RadioCards
          label={t("theme")}
          value={hydrated ? theme : null}
          onChange={setTheme}
          options={THEMES.map((one) => ({
            value: one,
            Icon: THEME_LOOKS[one].Icon,
            title: tApp(THEME_LOOKS[one].title),
            ...(one === "system" && { text: t("themeSystemText") }),
          }))}
        />
      </SettingsSection>
      <SettingsSection title={t("language")} text={t("themeText")}>
        <RadioCards
          label={t("language")}
          value={locale}
          onChange={setLocale}
          options={LOCALES.map((one) => ({ value: one, title: LOCALE_NAMES[one], lang: one }))}
        />
      </SettingsSection>
    </>
  );
}
