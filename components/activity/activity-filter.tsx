"use client";

import { useTranslations } from "next-intl";

import {
  ACTION_CHOICES,
  ACTOR_MAX_LENGTH,
  type ActivityQuery,
  RESULTS,
  type Result,
  TARGET_MAX_LENGTH,
} from "@/lib/activity";
import { Input } from "../ui/field";
import { Select } from "../ui/select";
import { useActionWords } from "./use-action-words";

const ALL = "all";

interface ActivityFilterProps {
  query: ActivityQuery;
  onChange: (change: Partial<ActivityQuery>) => void;
}

/** Who, on what, what, and how it ended. */
export function ActivityFilter({ query, onChange }: ActivityFilterProps) {
  const t = useTranslations("activity");
  const wordsOf = useActionWords();
  const results: { value: Result | typeof ALL; label: string }[] = [
    { value: ALL, label: t("anyResult") },
    ...RESULTS.map((result) => ({ value: result, label: t(result) })),
  ];
  return (
    <search className="mb-3 grid grid-cols-2 gap-2 md:flex md:flex-wrap">
      {(
        [
          ["target", TARGET_MAX_LENGTH],
          ["actor", ACTOR_MAX_LENGTH],
        ] as const
      ).map(([field, maxLength]) => (
        <Input
          key={field}
          type="search"
          className="md:w-52"
          aria-label={t(field)}
          placeholder={t(field)}
          autoComplete="off"
          spellCheck={false}
          maxLength={maxLength}
          value={query[field]}
          onChange={(event) => onChange({ [field]: event.target.value })}
        />
      ))}
      <Select
        label={t("action")}
        className="min-w-0 md:w-52"
        value={query.action ?? ALL}
        options={[
          { value: ALL, label: t("anyAction") },
          ...ACTION_CHOICES.map((one) => ({ value: one, label: wordsOf(one) })),
        ]}
        onValueChange={(action) => onChange({ action: action === ALL ? null : action })}
      />
      <Select
        label={t("result")}
        className="min-w-0 md:w-36"
        value={query.result ?? ALL}
        options={results}
        onValueChange={(result) => onChange({ result: result === ALL ? null : result })}
      />
    </search>
  );
}
