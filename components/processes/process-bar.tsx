"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";

import { CGROUP_VIEWS, type CgroupQuery, MEASURES, SORT_KEYS } from "@/lib/cgroup-view";
import type { Cgroup } from "@/lib/cgroups";
import { FilterChip, FilterChips } from "../ui/filter-chip";
import { FilterInput } from "../ui/filter-input";
import { Select } from "../ui/select";

interface ProcessBarProps {
  query: CgroupQuery;
  onChange: (change: Partial<CgroupQuery>) => void;
  sample: Cgroup;
}

/** How the processes are shown, and how many there are. */
export function ProcessBar({ query, onChange, sample }: ProcessBarProps) {
  const t = useTranslations("processes");
  const { processes, groups } = useMemo(() => count(sample), [sample]);
  const orders = SORT_KEYS.map((key) => ({
    value: key,
    label: key === "tree" ? t("asTool") : t("sortedBy", { column: t(key) }),
  }));
  return (
    <search className="flex flex-wrap items-center gap-2">
      {query.view === "tree" ? (
        <FilterInput label={t("filter")} value={query.text} onChange={(text) => onChange({ text })} />
      ) : null}
      <FilterChips legend={t("views")}>
        {CGROUP_VIEWS.map((view) => (
          <FilterChip
            key={view}
            text={t(view === "tree" ? "asTree" : "asTreemap")}
            on={query.view === view}
            onClick={() => onChange({ view })}
          />
        ))}
      </FilterChips>
      {query.view === "treemap" ? (
        <FilterChips legend={t("areas")}>
          {MEASURES.map((measure) => (
            <FilterChip
              key={measure}
              text={t(measure)}
              on={query.measure === measure}
              onClick={() => onChange({ measure })}
            />
          ))}
        </FilterChips>
      ) : (
        <Select
          label={t("order")}
          className="w-48 whitespace-nowrap max-md:w-full"
          value={query.sort}
          options={orders}
          onValueChange={(sort) => onChange({ sort, reverse: false })}
        />
      )}
      <p className="ml-auto text-ink-3 text-xs">{t("counts", { processes, groups })}</p>
    </search>
  );
}

function count(group: Cgroup): { processes: number; groups: number } {
  const sum = { processes: group.processes.length + group.omittedProcesses, groups: 1 + group.omittedChildren };
  for (const child of group.children.map(count)) {
    sum.processes += child.processes;
    sum.groups += child.groups;
  }
  return sum;
}
