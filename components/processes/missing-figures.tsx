"use client";

import { Info } from "lucide-react";
import { useTranslations } from "next-intl";

import { RESOURCES } from "@/lib/cgroup-accounting";
import { findGroup } from "@/lib/cgroup-view";
import type { CgroupSample } from "@/lib/cgroups";
import { FIGURES, REASONS, SETTINGS } from "./missing-words";

/** The columns of the tree; it has none for IO. */
const SHOWN = RESOURCES.filter((resource) => resource !== "io");

/** Which figures this host does not account for the machine, why, and what would bring them. */
export function MissingFigures({ sample }: { sample: CgroupSample }) {
  const t = useTranslations("processes");
  // A host may account a machine as a whole, and none of what is in it.
  const inside = findGroup(sample, sample.payload.slice(sample.path.length + 1));
  const missing = SHOWN.flatMap((resource) => {
    const reason = sample.unaccounted[resource] ?? inside.unaccounted[resource];
    return reason === undefined ? [] : [{ resource, reason }];
  });
  if (missing.length === 0) return null;
  return (
    <details className="rounded-lg border border-line bg-panel px-3 py-2 text-ink-2">
      <summary className="cursor-pointer">
        <Info aria-hidden className="mr-1.5 inline size-4 align-[-3px] text-ink-3" />
        {t("missing", { what: missing.map(({ resource }) => t(FIGURES[resource])).join(", ") })}
      </summary>
      <dl className="mt-2 grid gap-1.5">
        {missing.map(({ resource, reason }) => (
          <div key={resource} className="grid gap-0.5 sm:grid-cols-[9rem_1fr]">
            <dt className="font-medium text-ink">{t(FIGURES[resource])}</dt>
            <dd>{t(REASONS[reason], { setting: SETTINGS[resource] })}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
