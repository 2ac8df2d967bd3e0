"use client";

import { Search } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";

import { hasRole } from "@/lib/roles";
import { DropdownMenuItem, DropdownMenuSeparator } from "../ui/dropdown-menu";
import type { MenuPlace } from "../ui/late-menu";
import { MenuAt } from "../ui/menu-at";
import { HostPanel } from "./host-panel";
import { currentOf, MORE_PAGES } from "./pages";
import { usePalette } from "./palette-provider";
import { PersonMenuItems } from "./person-menu";
import { useMe } from "./use-me";

/** What the dock of small screens has no room for: the host, the other pages, the palette, and the person. */
export function MoreMenu(place: MenuPlace) {
  const t = useTranslations("app");
  const pathname = usePathname();
  const { data: me } = useMe();
  const { openPalette } = usePalette();
  const pages = MORE_PAGES.filter(({ least }) => hasRole(me?.role ?? "viewer", least));
  return (
    <MenuAt side="top" align="end" className="w-72 [&_[role^=menuitem]]:min-h-11" {...place}>
      <div className="px-2.5 py-2">
        <HostPanel inMenu />
      </div>
      <DropdownMenuSeparator />
      {pages.map(({ href, title, Icon }) => (
        <DropdownMenuItem key={href} asChild>
          <Link href={href} prefetch={false} aria-current={currentOf(href, pathname)}>
            <Icon aria-hidden />
            {t(title)}
          </Link>
        </DropdownMenuItem>
      ))}
      <DropdownMenuItem onSelect={openPalette}>
        <Search aria-hidden />
        {t("palette")}
      </DropdownMenuItem>
      <DropdownMenuSeparator />
      <PersonMenuItems />
    </MenuAt>
  );
}
