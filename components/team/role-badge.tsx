"use client";

import { Eye, type LucideIcon, ShieldCheck, Wrench } from "lucide-react";
import { useTranslations } from "next-intl";

import type { Role } from "@/lib/roles";
import { Badge } from "../ui/badge";

const ICONS: Record<Role, LucideIcon> = { viewer: Eye, operator: Wrench, admin: ShieldCheck };

export function RoleBadge({ role }: { role: Role }) {
  const t = useTranslations("team");
  const Icon = ICONS[role];
  return (
    <Badge tone={role === "admin" ? "accent" : "neutral"}>
      <Icon aria-hidden />
      {t(role)}
    </Badge>
  );
}

/** The messages that say what each role may do. */
export const ROLE_MAY = { viewer: "viewerMay", operator: "operatorMay", admin: "adminMay" } as const;
