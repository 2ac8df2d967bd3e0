"use client";

import { useTranslations } from "next-intl";

import { JournalLines } from "../machine/journal-lines";
import { TabLink } from "../machine/tab-link";
import { useJournal } from "./use-journal";

const WARNINGS = { priority: 4 };
const LINES = 5;

/** The last lines of a machine's journal that tell of trouble, as they are written; nothing where it has no journal to read. */
export function LatestWarnings({ name }: { name: string }) {
  const t = useTranslations("journal");
  const { window } = useJournal({ name, filter: WARNINGS, at: null });
  if (window === null) return null;
  const entries = window.lines.slice(-LINES).map(({ entry }) => entry);
  return (
    <div className="overflow-hidden rounded-xl border bg-panel">
      <div className="flex items-center gap-3 px-4 py-2.5">
        <h2 className="font-semibold">{t("warnings")}</h2>
        {entries.length === 0 ? <p className="text-ink-3">{t("noWarnings")}</p> : null}
        <TabLink
          machine={name}
          tab="journal"
          query="priority=warning"
          className="ml-auto whitespace-nowrap text-ink-2 underline underline-offset-2 hover:text-ink"
        >
          {t("allWarnings")}
        </TabLink>
      </div>
      {entries.length > 0 ? <JournalLines entries={entries} label={t("warnings")} /> : null}
    </div>
  );
}
