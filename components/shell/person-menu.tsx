"use client";

import { LogOut, Monitor, Moon, Sun } from "lucide-react";
import { useTranslations } from "next-intl";

import { isLocale, LOCALE_NAMES, LOCALES } from "@/lib/i18n/locales";
import {
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
} from "../ui/dropdown-menu";
import type { MenuPlace } from "../ui/late-menu";
import { MenuAt } from "../ui/menu-at";
import { useMe } from "./use-me";
import { THEMES, usePreferences, useSignOut } from "./use-preferences";

export const THEME_LOOKS = {
  system: { title: "themeSystem", Icon: Monitor },
  light: { title: "themeLight", Icon: Sun },
  dark: { title: "themeDark", Icon: Moon },
} as const;

/** The menu of the rail. */
export function PersonMenu(place: MenuPlace) {
  return (
    <MenuAt side="top" align="start" className="w-56" {...place}>
      <PersonMenuItems />
    </MenuAt>
  );
}

/** Who is signed in, how the pages look, and the way out: the content of the menus of rail and dock. */
export function PersonMenuItems() {
  const t = useTranslations("app");
  const { data: me } = useMe();
  const { theme, setTheme, locale, setLocale } = usePreferences();
  const signOut = useSignOut();
  return (
    <>
      {me ? (
        <DropdownMenuLabel className="grid py-1.5">
          <span className="truncate font-medium text-ink text-sm">{me.name}</span>
          <span className="truncate">{t("signedInAs", { email: me.email, role: t(me.role) })}</span>
        </DropdownMenuLabel>
      ) : null}
      <DropdownMenuSeparator />
      <DropdownMenuLabel>{t("theme")}</DropdownMenuLabel>
      <DropdownMenuRadioGroup value={theme} onValueChange={setTheme}>
        {THEMES.map((one) => {
          const { title, Icon } = THEME_LOOKS[one];
          return (
            <DropdownMenuRadioItem key={one} value={one}>
              <Icon aria-hidden className="text-ink-3" />
              {t(title)}
            </DropdownMenuRadioItem>
          );
        })}
      </DropdownMenuRadioGroup>
      <DropdownMenuSeparator />
      <DropdownMenuLabel>{t("language")}</DropdownMenuLabel>
      <DropdownMenuRadioGroup value={locale} onValueChange={(value) => isLocale(value) && setLocale(value)}>
        {LOCALES.map((one) => (
          <DropdownMenuRadioItem key={one} value={one} lang={one}>
            {LOCALE_NAMES[one]}
          </DropdownMenuRadioItem>
        ))}
      </DropdownMenuRadioGroup>
      <DropdownMenuSeparator />
      <DropdownMenuItem onSelect={() => void signOut()}>
        <LogOut aria-hidden />
        {t("signOut")}
      </DropdownMenuItem>
    </>
  );
}
