"use client";

import { Ellipsis, Search } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";

import { hasRole } from "@/lib/roles";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import { HostPanel } from "./host-panel";
import { ACTIVITY, BUILDS, currentOf, MACHINES, SETTINGS, TERMINALS } from "./pages";
import { usePalette } from "./palette-provider";
import { PersonMenuItems } from "./person-menu";
import { useMe } from "./use-me";

const TAB =
  "flex min-h-14 flex-1 flex-col items-center justify-center gap-0.5 -outline-offset-4 text-ink-2 text-xs aria-[current]:font-semibold aria-[current]:text-accent";

/** The navigation of small screens, under the thumb. */
export function Dock() {
  const t = useTranslations("app");
  const pathname = usePathname();
  return (
    <nav
      aria-label={t("navigation")}
      className="fixed inset-x-0 bottom-0 z-20 flex border-t bg-panel pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {[MACHINES, BUILDS].map((page) => (
        <Link
          key={page.href}
          href={page.href}
          prefetch={false}
          aria-current={currentOf(page.href, pathname)}
          className={TAB}
        >
          <page.Icon aria-hidden className="size-5" />
          {t(page.title)}
        </Link>
      ))}
      <More />
    </nav>
  );
}

function More() {
  const t = useTranslations("app");
  const pathname = usePathname();
  const { data: me } = useMe();
  const { openPalette } = usePalette();
  const pages = [TERMINALS, ACTIVITY, SETTINGS].filter(({ least }) => hasRole(me?.role ?? "viewer", least));
  const current = pages.map(({ href }) => currentOf(href, pathname)).find(Boolean);
  return (
    <DropdownMenu>
      <DropdownMenuTrigger aria-current={current} className={TAB}>
        <Ellipsis aria-hidden className="size-5" />
        {t("more")}
      </DropdownMenuTrigger>
      <DropdownMenuContent side="top" align="end" className="w-72 [&_[role^=menuitem]]:min-h-11">
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
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
