"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";

import { useTRPC } from "@/lib/trpc/client";
import { Button } from "../ui/button";
import {
  DropdownMenu,
  DropdownMenuCheckboxItem,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";

interface UnitMenuProps {
  name: string;
  chosen: readonly string[];
  onChange: (units: string[]) => void;
}

/** The units the journal has lines of, to choose some of. */
export function UnitMenu({ name, chosen, onChange }: UnitMenuProps) {
  const t = useTranslations("journal");
  const ta = useTranslations("app");
  const trpc = useTRPC();
  const [open, setOpen] = useState(false);
  const { data, error } = useQuery({
    ...trpc.journal.units.queryOptions({ name }, { trpc: { abortOnUnmount: true } }),
    enabled: open,
    retry: 1,
  });
  // What was chosen stays to be taken back, also where the journal has forgotten it.
  const units = useMemo(() => [...new Set([...chosen, ...(data ?? [])])], [chosen, data]);
  return (
    <DropdownMenu open={open} onOpenChange={setOpen}>
      <DropdownMenuTrigger asChild>
        <Button className="min-w-0 font-normal max-md:justify-between md:max-w-64">
          <span className="truncate">
            {chosen.length === 0
              ? t("allUnits")
              : chosen.length === 1
                ? chosen[0]
                : t("units", { count: chosen.length })}
          </span>
          <ChevronDown aria-hidden className="text-ink-3" />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" className="max-w-[90vw]">
        <DropdownMenuItem disabled={chosen.length === 0} onSelect={() => onChange([])}>
          {t("allUnits")}
        </DropdownMenuItem>
        <DropdownMenuSeparator />
        {data ? null : <DropdownMenuLabel>{error ? t("unitsFailed") : ta("loading")}</DropdownMenuLabel>}
        {units.map((unit) => (
          <DropdownMenuCheckboxItem
            key={unit}
            className="font-mono text-[13px]"
            checked={chosen.includes(unit)}
            onCheckedChange={(on) => onChange(on ? [...chosen, unit] : chosen.filter((one) => one !== unit))}
          >
            <span className="truncate">{unit}</span>
          </DropdownMenuCheckboxItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
