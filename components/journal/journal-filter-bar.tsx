"use client";

import { CalendarClock, Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";

import {
  fromLocalInput,
  type JournalQuery,
  PRIORITIES,
  priorityOf,
  TEXT_MAX_LENGTH,
  toLocalInput,
} from "@/lib/journal-query";
import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import { Checkbox } from "../ui/checkbox";
import { Input } from "../ui/field";
import { Select } from "../ui/select";
import { BootSelect } from "./boot-select";
import { UnitMenu } from "./unit-menu";

const ALL = "all";

interface JournalFilterBarProps {
  name: string;
  query: JournalQuery;
  onChange: (change: Partial<JournalQuery>) => void;
  /** What is wrong with the pattern. */
  patternError: string | null;
  /** There are lines, and so boots to choose from. */
  readable: boolean;
}

/** The text, the units, the level, the boot and the time the lines are narrowed by. */
export function JournalFilterBar({ name, query, onChange, patternError, readable }: JournalFilterBarProps) {
  const t = useTranslations("journal");
  const [timeOpen, setTimeOpen] = useState(query.since !== null || query.until !== null || query.at !== null);
  const levels = PRIORITIES.map((level, index) => ({
    value: level,
    label: index === 0 ? level : t("andWorse", { level }),
  })).toReversed();
  return (
    <search className="mb-3 grid gap-2">
      <div className="grid grid-cols-2 items-start gap-2 md:flex md:flex-wrap">
        <TextFilter query={query} onChange={onChange} error={patternError} />
        <UnitMenu name={name} chosen={query.units} onChange={(units) => onChange({ units })} />
        <Select
          label={t("priority")}
          className="min-w-0 md:w-44"
          value={query.priority === null ? ALL : (PRIORITIES[query.priority] ?? ALL)}
          options={[{ value: ALL, label: t("anyPriority") }, ...levels.filter(({ value }) => value !== "debug")]}
          onValueChange={(level) => {
            onChange({ priority: priorityOf(level) });
          }}
        />
        <BootSelect name={name} enabled={readable} value={query.boot} onChange={(boot) => onChange({ boot })} />
        <Button
          className="font-normal max-md:justify-start"
          aria-expanded={timeOpen}
          onClick={() => setTimeOpen(!timeOpen)}
        >
          <CalendarClock aria-hidden />
          {t("time")}
        </Button>
      </div>
      {timeOpen ? (
        <div className="flex flex-wrap gap-x-4 gap-y-2">
          {(["since", "until", "at"] as const).map((field) => (
            <div key={field} className="flex items-center gap-2 text-ink-2 max-md:w-full max-md:justify-between">
              <label htmlFor={`journal-${field}`}>{t(field)}</label>
              <Input
                id={`journal-${field}`}
                type="datetime-local"
                step={1}
                value={toLocalInput(query[field])}
                onChange={(event) => onChange({ [field]: fromLocalInput(event.target.value) })}
              />
            </div>
          ))}
        </div>
      ) : null}
    </search>
  );
}

function TextFilter({
  query: { text, regex },
  onChange,
  error,
}: {
  query: JournalQuery;
  onChange: JournalFilterBarProps["onChange"];
  error: string | null;
}) {
  const t = useTranslations("journal");
  return (
    <div className="grid gap-1 max-md:col-span-2 md:w-72">
      <div className="relative">
        <Search
          aria-hidden
          className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-ink-3"
        />
        <Input
          type="search"
          className={cn("w-full pr-20 pl-8 aria-invalid:border-fail", regex && "font-mono text-[13px]")}
          aria-label={t("search")}
          placeholder={t("search")}
          aria-invalid={error === null ? undefined : true}
          aria-describedby={error === null ? undefined : "journal-pattern-error"}
          autoComplete="off"
          spellCheck={false}
          maxLength={TEXT_MAX_LENGTH}
          value={text}
          onChange={(event) => onChange({ text: event.target.value })}
        />
        <span className="absolute inset-y-0 right-2.5 flex items-center gap-1.5 text-ink-2 text-xs">
          <Checkbox
            id="journal-regex"
            checked={regex}
            title={t("regexHint")}
            className="relative after:absolute after:-inset-3.5"
            onCheckedChange={(on) => onChange({ regex: on === true })}
          />
          <label htmlFor="journal-regex" title={t("regexHint")}>
            {t("regex")}
          </label>
        </span>
      </div>
      {error === null ? null : (
        <p id="journal-pattern-error" role="alert" className="text-fail text-xs">
          {error}
        </p>
      )}
    </div>
  );
}
