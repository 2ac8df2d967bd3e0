"use client";

import { Search } from "lucide-react";
import { useTranslations } from "next-intl";

import { countStates, type MachineQuery, STATE_ORDER } from "@/lib/filter-machines";
import type { Machine } from "@/lib/machine";
import { Input } from "../ui/field";
import { FilterChip } from "../ui/filter-chip";

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
      <fieldset className="-mx-3.5 flex min-w-0 max-w-[calc(100%+1.75rem)] gap-2 overflow-x-auto px-3.5 py-1.5 md:mx-0 md:flex-wrap md:px-0">
        <legend className="sr-only">{t("state")}</legend>
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
      </fieldset>
    </search>
  );
}
