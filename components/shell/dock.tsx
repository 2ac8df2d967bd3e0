"use client";

import { Ellipsis } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";

import { LateMenu } from "../ui/late-menu";
import { BUILDS, currentOf, MACHINES, MORE_PAGES } from "./pages";

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

const loadMore = () => import("./more-menu").then((module) => module.MoreMenu);
const MoreMenu = dynamic(loadMore, { ssr: false });

function More() {
  const t = useTranslations("app");
  const pathname = usePathname();
  const current = MORE_PAGES.map(({ href }) => currentOf(href, pathname)).find(Boolean);
  return (
    <LateMenu load={loadMore} menu={(place) => <MoreMenu {...place} />}>
      <button type="button" aria-current={current} className={TAB}>
        <Ellipsis aria-hidden className="size-5" />
        {t("more")}
      </button>
    </LateMenu>
  );
}
