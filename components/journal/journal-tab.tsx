"use client";

import { useTranslations } from "next-intl";
import { useCallback, useEffect, useState } from "react";

import {
  formatJournalQuery,
  isNarrowed,
  type JournalQuery,
  parseJournalQuery,
  toJournalFilter,
  WHOLE_JOURNAL,
} from "@/lib/journal-query";
import type { Machine } from "@/lib/machine";
import { Button } from "../ui/button";
import { useAddressQuery } from "../ui/use-address-query";
import { JournalFilterBar } from "./journal-filter-bar";
import { JournalView } from "./journal-view";

const JOURNAL_ADDRESS = { parse: parseJournalQuery, format: formatJournalQuery };
/** A pattern is searched for when it is typed, not with every key. */
const SETTLE_MS = 400;

/** A machine's journal, as it is written and as far back as it goes: `journalctl -M NAME`. */
export function JournalTab({ machine: { name } }: { machine: Machine }) {
  const [query, change] = useAddressQuery(JOURNAL_ADDRESS);
  const asked = useSettled(query);
  // Another question is another journal: nothing of the one before is shown for it.
  const key = formatJournalQuery(asked).toString();
  const [refusal, setRefusal] = useState<{ key: string; message: string } | null>(null);
  const onPatternError = useCallback((message: string) => setRefusal({ key, message }), [key]);
  const [readable, setReadable] = useState(false);
  const onReadable = useCallback(() => setReadable(true), []);
  return (
    <>
      <JournalFilterBar
        name={name}
        query={query}
        onChange={change}
        readable={readable}
        patternError={refusal?.key === formatJournalQuery(query).toString() ? refusal.message : null}
      />
      <JournalView
        key={key}
        name={name}
        filter={toJournalFilter(asked)}
        at={asked.at}
        onPatternError={onPatternError}
        onReadable={onReadable}
        onUnit={(unit) => change({ units: [unit] })}
        onNewest={() => asked.at !== null && change({ at: null })}
        showAll={isNarrowed(asked) ? <ShowAll onClick={() => change(WHOLE_JOURNAL)} /> : null}
      />
    </>
  );
}

function ShowAll({ onClick }: { onClick: () => void }) {
  const t = useTranslations("journal");
  return <Button onClick={onClick}>{t("showAll")}</Button>;
}

/** The text follows when nothing more is typed; all else at once. */
function useSettled(query: JournalQuery): JournalQuery {
  const [text, setText] = useState(query.text);
  useEffect(() => {
    const timer = setTimeout(() => setText(query.text), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [query.text]);
  return { ...query, text };
}
