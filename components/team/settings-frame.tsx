"use client";

import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import type { Role } from "@/lib/roles";
import { PageHeader } from "../shell/page-header";
import { useMay } from "../shell/use-me";
import { LinkTabs } from "../ui/tabs";

const SECTIONS = ["account", "sessions", "team", "appearance", "host"] as const;
const LEAST: Partial<Record<(typeof SECTIONS)[number], Role>> = { team: "admin" };

/** Title and sections around every settings page; each has its own address. */
export function SettingsFrame({ children }: { children: ReactNode }) {
  const t = useTranslations("team");
  const pathname = usePathname();
  const isAdmin = useMay("admin");
  const tabs = SECTIONS.filter((section) => LEAST[section] === undefined || isAdmin).map((section) => ({
    href: `/settings/${section}`,
    text: t(section),
  }));
  return (
    <>
      <PageHeader title={t("title")} />
      <LinkTabs label={t("sections")} tabs={tabs} current={pathname} />
      <div className="mt-5 grid max-w-4xl gap-8">{children}</div>
    </>
  );
}
