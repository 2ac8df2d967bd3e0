"use client";

import { useQuery } from "@tanstack/react-query";
import { useLocale, useTranslations } from "next-intl";

import { formatDateTime } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { Select } from "../ui/select";

const ALL = "all";

interface BootSelectProps {
  name: string;
  enabled: boolean;
  value: string | null;
  onChange: (boot: string | null) => void;
}

/** One of the boots the journal has lines of, the newest first. */
export function BootSelect({ name, enabled, value, onChange }: BootSelectProps) {
  const t = useTranslations("journal");
  const locale = useLocale();
  const trpc = useTRPC();
  // Without them there is still the whole journal.
  const { data = [] } = useQuery({
    ...trpc.journal.boots.queryOptions({ name }, { trpc: { abortOnUnmount: true } }),
    enabled,
    retry: 1,
  });
  const known = data.some(({ bootId }) => bootId === value);
  return (
    <Select
      label={t("boots")}
      className="min-w-0 md:w-52"
      value={value ?? ALL}
      options={[
        { value: ALL, label: t("allBoots") },
        ...data.map(({ bootId, firstAt }) => ({ value: bootId, label: formatDateTime(new Date(firstAt), locale) })),
        ...(value !== null && !known ? [{ value, label: value.slice(0, 8) }] : []),
      ]}
      onValueChange={(boot) => onChange(boot === ALL ? null : boot)}
    />
  );
}
