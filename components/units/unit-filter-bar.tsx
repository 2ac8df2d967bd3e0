"use client";

import { Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMemo } from "react";

import { UNIT_TYPES, type Unit, type UnitQuery } from "@/lib/units";
import { Input } from "../ui/field";
import { FilterChip } from "../ui/filter-chip";
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
      <div className="relative w-60 max-md:w-full">
        <Search
          aria-hidden
          className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-ink-3"
        />
        <Input
          type="search"
          className="w-full pl-8 max-md:h-11 [&::-webkit-search-cancel-button]:grayscale"
          aria-label={t("filter")}
          placeholder={t("filter")}
          autoComplete="off"
          spellCheck={false}
          value={query.text}
          onChange={(event) => onChange({ text: event.target.value })}
        />
      </div>
      <Select
        label={t("type")}
        className="w-32 max-md:h-11 max-md:w-full"
        value={query.type ?? "all"}
        options={types}
        onValueChange={(type) => onChange({ type: type === "all" ? null : type })}
      />
      <fieldset className="-mx-3.5 flex min-w-0 max-w-[calc(100%+1.75rem)] gap-2 overflow-x-auto px-3.5 py-1.5 md:mx-0 md:flex-wrap md:px-0">
        <legend className="sr-only">{t("state")}</legend>
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
      </fieldset>
    </search>
  );
}
