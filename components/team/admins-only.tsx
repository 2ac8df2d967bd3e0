"use client";

import { Lock } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";

import { useMe } from "../shell/use-me";
import { EmptyState } from "../ui/empty-state";
import { SkeletonRows } from "../ui/skeleton";

/** What only admins may see; for others it says so. The api refuses them all the same. */
export function AdminsOnly({ children }: { children: ReactNode }) {
  const t = useTranslations("team");
  const { data: me } = useMe();
  if (!me) return <SkeletonRows label={t("loading")} />;
  if (me.role === "admin") return children;
  return (
    <EmptyState icon={<Lock aria-hidden />} title={t("adminsOnly")}>
      <p>{t("adminsOnlyText", { role: t(me.role) })}</p>
    </EmptyState>
  );
}
