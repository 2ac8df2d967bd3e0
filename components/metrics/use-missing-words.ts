"use client";

import { useTranslations } from "next-intl";

import type { Measure, MissingReason } from "@/lib/metrics";

/** Why a figure is not there, and what would bring it. */
export interface MissingWords {
  why: string;
  hint: string | null;
}

/** What to set in the unit for each of the controllers. */
const SETTINGS: Partial<Record<Measure, string>> = {
  memory: "MemoryAccounting=yes",
  tasks: "TasksAccounting=yes",
  io: "IOAccounting=yes",
  cpu: "CPUAccounting=yes",
};

const WHY = {
  pending: "missing.pending",
  "not-enabled": "missing.not-enabled",
  "legacy-hierarchy": "missing.legacy-hierarchy",
  "no-controller": "missing.no-controller",
  // Of pressure, which is not among these measures.
  "psi-off": "missing.no-controller",
  "host-network": "missing.host-network",
  "no-interface": "missing.no-interface",
  vm: "missing.vm",
  unreadable: "missing.unreadable",
  "too-many-groups": "missing.too-many-groups",
} as const satisfies Record<MissingReason, string>;

type Hint = `hint.${"legacy-hierarchy" | "no-controller" | "host-network" | "too-many-groups"}`;
const HINTS: Partial<Record<MissingReason, Hint>> = {
  "legacy-hierarchy": "hint.legacy-hierarchy",
  "no-controller": "hint.no-controller",
  "host-network": "hint.host-network",
  "too-many-groups": "hint.too-many-groups",
};

export function useMissingWords(): (measure: Measure, reason: MissingReason) => MissingWords {
  const t = useTranslations("metrics");
  return (measure, reason) => {
    const why = t(WHY[reason]);
    if (reason === "not-enabled") return { why, hint: t("hint.not-enabled", { setting: SETTINGS[measure] ?? "" }) };
    const hint = HINTS[reason];
    return { why, hint: hint ? t(hint) : null };
  };
}
