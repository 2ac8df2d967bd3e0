"use client";

import { useTranslations } from "next-intl";

import { countStates, type MachineQuery, STATE_ORDER } from "@/lib/filter-machines";
import type { Machine } from "@/lib/machine";
import { FilterChip, FilterChips } from "../ui/filter-chip";
import { FilterInput } from "../ui/filter-input";

interface ListFilterProps {
  query: MachineQuery;
  onChange: (change: Partial<MachineQuery>) => void;
  /** Those that fit the text, whatever their state: what each chip would show. */
  machines: readonly Machine[];
}

/** The text and the states the list is narrowed by. */
export function ListFilter({ query, onChange, machines }: ListFilterProps) {
  const t = useTranslations("machines");
  const counts = countStates(machines);
  const states = STATE_ORDER.filter((state) => state === query.state || counts[state] > 0);
  return (
    <search className="mb-3 flex flex-wrap items-center gap-2">
      <FilterInput label={t("filter")} value={query.text} onChange={(text) => onChange({ text })} />
      <FilterChips legend={t("state")}>
        <FilterChip
          text={t("all")}
          count={machines.length}
          on={query.state === null}
          onClick={() => onChange({ state: null })}
        />
        {states.map((state) => (
          <FilterChip
            key={state}
            text={t(state)}
            count={counts[state]}
            on={query.state === state}
            onClick={() => onChange({ state: query.state === state ? null : state })}
          />
        ))}
      </FilterChips>
    </search>
  );
}
