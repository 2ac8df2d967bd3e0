"use client";

import { ChevronsUpDown } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { hasRole } from "@/lib/roles";
import { useMachines } from "../machine/machines-provider";
import { LateMenu } from "../ui/late-menu";
import { Skeleton } from "../ui/skeleton";
import { Brand } from "./brand";
import { HostPanel } from "./host-panel";
import { currentOf, MACHINES, PAGES } from "./pages";
import { useMe } from "./use-me";

/** The navigation of wide screens: pages above, host and person below. */
export function Rail() {
  const t = useTranslations("app");
  const pathname = usePathname();
  const { data: me } = useMe();
  return (
    <header className="sticky top-0 flex h-dvh flex-col gap-3 overflow-y-auto border-r bg-panel px-2.5 py-3.5 max-md:hidden">
      <Link href="/machines" className="self-start rounded-md px-2">
        <Brand />
      </Link>
      <nav aria-label={t("navigation")} className="grid gap-0.5">
        {PAGES.filter(({ least }) => hasRole(me?.role ?? "viewer", least)).map((page) => (
          <Link
            key={page.href}
            href={page.href}
            prefetch={false}
            aria-current={currentOf(page.href, pathname)}
            className="flex items-center gap-2.5 rounded-lg px-2.5 py-1.5 font-medium text-ink-2 hover:bg-stop-soft hover:text-ink aria-[current]:bg-accent-soft aria-[current]:font-semibold aria-[current]:text-ink"
          >
            <page.Icon aria-hidden className="size-4" />
            {t(page.title)}
            {page === MACHINES ? <MachineCount /> : null}
          </Link>
        ))}
      </nav>
      <div className="mt-auto border-t px-2 pt-3">
        <HostPanel />
      </div>
      <Person />
    </header>
  );
}

function MachineCount() {
  const t = useTranslations("app");
  const { machines } = useMachines();
  if (!machines) return null;
  const running = [...machines.values()].filter(({ state }) => state === "running").length;
  return (
    <span className="ml-auto font-normal text-ink-3 text-xs">
      <span aria-hidden>
        {running} / {machines.size}
      </span>
      <span className="sr-only">{t("runningOf", { running, total: machines.size })}</span>
    </span>
  );
}

const loadPersonMenu = () => import("./person-menu").then((module) => module.PersonMenu);
const PersonMenu = dynamic(loadPersonMenu, { ssr: false });

function Person() {
  const t = useTranslations("app");
  const { data: me } = useMe();
  const name: ReactNode = me?.name ?? <Skeleton className="h-3.5 w-24" />;
  return (
    <LateMenu load={loadPersonMenu} menu={(place) => <PersonMenu {...place} />}>
      <button
        type="button"
        aria-label={me ? t("account", { name: me.name }) : t("accountLoading")}
        className="flex items-center gap-2.5 rounded-lg px-2 py-1.5 text-left hover:bg-stop-soft data-[state=open]:bg-stop-soft"
      >
        <span
          aria-hidden
          className="grid size-6 shrink-0 place-items-center rounded-full bg-stop-soft font-semibold text-ink-2 text-xs uppercase"
        >
          {me?.name.at(0)}
        </span>
        <span className="min-w-0 flex-1 truncate">{name}</span>
        <ChevronsUpDown aria-hidden className="size-3.5 text-ink-3" />
      </button>
    </LateMenu>
  );
}
