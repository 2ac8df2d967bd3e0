"use client";

import { Languages, type LucideIcon, Play, Plus, Power, Server, SquareTerminal } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";

import { compareNames } from "@/lib/filter-machines";
import { LOCALE_NAMES, LOCALES } from "@/lib/i18n/locales";
import type { Machine } from "@/lib/machine";
import { mayApply } from "@/lib/machine-verbs";
import { matchesWords } from "@/lib/match-words";
import { hasRole } from "@/lib/roles";
import { useMachines } from "../machine/machines-provider";
import { useMachineAction } from "../machine/use-machine-action";
import { PAGES } from "./pages";
import { THEME_LOOKS } from "./person-menu";
import { useMe } from "./use-me";
import { THEMES, usePreferences } from "./use-preferences";

export const PALETTE_GROUPS = ["pages", "machines", "actions", "preferences"] as const;
export type PaletteGroup = (typeof PALETTE_GROUPS)[number];

export interface PaletteItem {
  id: string;
  group: PaletteGroup;
  label: string;
  detail?: string;
  /** Words it is found by beside its label: a person may think of the command rather than of the button. */
  words?: string;
  Icon: LucideIcon;
  run: () => void;
}

/** Of each group: who searches narrows further rather than scrolls. */
const MAX_ITEMS = 12;

/** What fits the search; without one only places and preferences, for the actions of all machines would bury them. */
export function findItems(items: readonly PaletteItem[], search: string): PaletteItem[] {
  const wanted = search.trim();
  const found = items.filter((item) =>
    wanted === "" ? item.group !== "actions" : matchesWords([item.label, item.words], wanted),
  );
  return PALETTE_GROUPS.flatMap((group) => found.filter((item) => item.group === group).slice(0, MAX_ITEMS));
}

export function usePaletteItems(): PaletteItem[] {
  return [...usePageItems(), ...usePreferenceItems(), ...useMachineItems()];
}

function usePageItems(): PaletteItem[] {
  const t = useTranslations("app");
  const router = useRouter();
  const { data: me } = useMe();
  const role = me?.role ?? "viewer";
  const pages = PAGES.filter(({ least }) => hasRole(role, least)).map(
    ({ href, title, Icon }): PaletteItem => ({
      id: href,
      group: "pages",
      label: t(title),
      words: href,
      Icon,
      run: () => router.push(href),
    }),
  );
  if (!hasRole(role, "admin")) return pages;
  const href = "/machines/new";
  return [
    ...pages,
    { id: href, group: "pages", label: t("newMachine"), words: href, Icon: Plus, run: () => router.push(href) },
  ];
}

function usePreferenceItems(): PaletteItem[] {
  const t = useTranslations("app");
  const { setTheme, locale, setLocale } = usePreferences();
  const themes = THEMES.map((theme): PaletteItem => {
    const { title, Icon } = THEME_LOOKS[theme];
    const label = t("useTheme", { theme: t(title) });
    return {
      id: `theme:${theme}`,
      group: "preferences",
      label,
      words: `theme ${theme}`,
      Icon,
      run: () => setTheme(theme),
    };
  });
  const languages = LOCALES.filter((one) => one !== locale).map(
    (one): PaletteItem => ({
      id: `language:${one}`,
      group: "preferences",
      label: LOCALE_NAMES[one],
      words: `language ${one} ${t("language")}`,
      Icon: Languages,
      run: () => setLocale(one),
    }),
  );
  return [...themes, ...languages];
}

function useMachineItems(): PaletteItem[] {
  const t = useTranslations("machines");
  const router = useRouter();
  const { machines, live } = useMachines();
  const { data: me } = useMe();
  const { run } = useMachineAction();
  const mayAct = live && me !== undefined && hasRole(me.role, "operator");
  const all = [...(machines?.values() ?? [])].sort((a, b) => compareNames(a.name, b.name));
  const places = all.map(
    (machine): PaletteItem => ({
      id: `machine:${machine.name}`,
      group: "machines",
      label: machine.name,
      detail: t(machine.state),
      Icon: Server,
      run: () => router.push(`/machines/${machine.name}`),
    }),
  );
  if (!mayAct) return places;
  const actions = (machine: Machine): PaletteItem[] => {
    const { name } = machine;
    const action = (verb: string, label: string, Icon: LucideIcon, act: () => void): PaletteItem => ({
      id: `${verb}:${name}`,
      group: "actions",
      label,
      words: `machinectl ${verb} ${name}`,
      Icon,
      run: act,
    });
    const found: PaletteItem[] = [];
    if (mayApply("start", machine))
      found.push(action("start", t("startName", { name }), Play, () => void run("start", [name])));
    if (machine.state === "running") {
      const href = `/machines/${name}#terminal`;
      found.push(action("login shell terminal", t("terminalName", { name }), SquareTerminal, () => router.push(href)));
    }
    if (mayApply("poweroff", machine)) {
      found.push(action("poweroff", t("poweroffName", { name }), Power, () => void run("poweroff", [name])));
    }
    return found;
  };
  return [...places, ...all.flatMap(actions)];
}
