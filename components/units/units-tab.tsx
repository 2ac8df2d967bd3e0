"use client";

import { useTranslations } from "next-intl";
import { useMemo } from "react";

import type { Machine } from "@/lib/machine";
import { filterUnits, formatUnitQuery, parseUnitQuery, type Unit, type UnitQuery } from "@/lib/units";
import { LinkState } from "../inside/link-state";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { ErrorState } from "../ui/error-state";
import { SkeletonRows } from "../ui/skeleton";
import { useAddressQuery } from "../ui/use-address-query";
import { UnitFilterBar } from "./unit-filter-bar";
import { UnitTable } from "./unit-table";
import { useUnits } from "./use-units";

const UNIT_ADDRESS = { parse: parseUnitQuery, format: formatUnitQuery };

/** Every loaded unit of a machine, live: `systemctl -M NAME list-units --all`. */
export function UnitsTab({ machine: { name } }: { machine: Machine }) {
  const t = useTranslations("units");
  const ta = useTranslations("app");
  const { units, link, error, retry } = useUnits(name);
  if (error) return <ErrorState error={error} onRetry={retry} />;
  if (link && link.link !== "connected") return <LinkState name={name} link={link} stopped={t("stoppedHint")} />;
  if (!units) return <SkeletonRows label={ta("loading")} rows={10} />;
  return <Rows name={name} units={units} />;
}

const ALL: Partial<UnitQuery> = { text: "", type: null, active: null };

function Rows({ name, units }: { name: string; units: readonly Unit[] }) {
  const t = useTranslations("units");
  const [query, change] = useAddressQuery(UNIT_ADDRESS);
  const fitting = useMemo(() => filterUnits(units, { ...query, active: null }), [units, query]);
  const shown = useMemo(() => filterUnits(fitting, query), [fitting, query]);
  return (
    <>
      <UnitFilterBar query={query} onChange={change} units={fitting} />
      {shown.length === 0 ? (
        <EmptyState title={t("noMatch")}>
          <Button onClick={() => change(ALL)}>{t("showAll")}</Button>
        </EmptyState>
      ) : (
        <UnitTable
          machine={name}
          units={shown}
          open={query.unit}
          onOpen={(unit) => change({ unit })}
          // One of its dependencies may be filtered out.
          onGo={(unit) => change({ ...ALL, unit })}
        />
      )}
    </>
  );
}
