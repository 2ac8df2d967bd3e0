"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";

import { UNIT_TYPES, type Unit, type UnitQuery } from "@/lib/units";
import { FilterChip, FilterChips } from "../ui/filter-chip";
import { FilterInput } from "../ui/filter-input";
import { Select } from "../ui/select";

/** Problems first. */
const STATES = ["failed", "activating", "deactivating", "reloading", "active", "inactive"];

interface UnitFilterBarProps {
  query: UnitQuery;
  onChange: (change: Partial<UnitQuery>) => void;
  /** Those that fit text and type, whatever their state: what each chip would show. */
  units: readonly Unit[];
}

/** The text, the type and the state the list is narrowed by. */
export function UnitFilterBar({ query, onChange, units }: UnitFilterBarProps) {
  const t = useTranslations("units");
  const counts = useMemo(() => {
    const found = new Map<string, number>();
    for (const { active } of units) found.set(active, (found.get(active) ?? 0) + 1);
    return found;
  }, [units]);
  const types = [{ value: "all", label: t("allTypes") }, ...UNIT_TYPES.map((type) => ({ value: type, label: type }))];
  return (
    <search className="mb-3 flex flex-wrap items-center gap-2">
      <FilterInput label={t("filter")} value={query.text} onChange={(text) => onChange({ text })} />
      <Select
        label={t("type")}
        className="w-32 max-md:w-full"
        value={query.type ?? "all"}
        options={types}
        onValueChange={(type) => onChange({ type: type === "all" ? null : type })}
      />
      <FilterChips legend={t("state")}>
        <FilterChip
          text={t("all")}
          count={units.length}
          on={query.active === null}
          onClick={() => onChange({ active: null })}
        />
        {STATES.filter((state) => state === query.active || counts.has(state)).map((state) => (
          <FilterChip
            key={state}
            text={state}
            count={counts.get(state) ?? 0}
            on={query.active === state}
            onClick={() => onChange({ active: query.active === state ? null : state })}
          />
        ))}
      </FilterChips>
    </search>
  );
}
