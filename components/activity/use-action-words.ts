"use client";

import { useTranslations } from "next-intl";

import { ACTION_GROUPS, isActionGroup } from "@/lib/activity";
import { isAuditedAction } from "@/lib/audit";

/** What an action, or a group of them ("machines."), is called. One of another version is called by its path. */
export function useActionWords(): (action: string) => string {
  const t = useTranslations("activity");
  return (action) => {
    if (isActionGroup(action)) return t(ACTION_GROUPS[action]);
    return isAuditedAction(action) ? t(action) : action;
  };
}
