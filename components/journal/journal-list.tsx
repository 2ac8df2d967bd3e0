"use client";

import { ArrowDown, LoaderCircle } from "lucide-react";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useCallback, useId } from "react";

import type { JournalWindow } from "@/lib/journal-window";
import { Button } from "../ui/button";
import { JournalRow } from "./journal-line";
import type { Journal } from "./use-journal";
import { useJournalScroll } from "./use-journal-scroll";

const PAGE_STEP = 20;

interface JournalListProps {
  window: JournalWindow;
  journal: Journal;
  following: boolean;
  onFollowing: (following: boolean) => void;
  selected: string | null;
  onSelect: (cursor: string | null) => void;
  onNewest: () => void;
}

/** The lines, as many as the page holds; the arrow keys go from one to the next, Enter opens and Escape closes its details. */
export function JournalList({
  window,
  journal,
  following,
  onFollowing,
  selected,
  onSelect,
  onNewest,
}: JournalListProps) {
  const t = useTranslations("journal");
  const id = useId();
  const { lines, newer, older, unseen } = window;
  const { box, virtualizer, items, height, onIntent, onScroll } = useJournalScroll(lines, {
    newer,
    following,
    onOlder: journal.loadOlder,
    onNewer: journal.loadNewer,
    onFollowing,
  });
  const at = lines.findIndex(({ entry }) => entry.cursor === selected);
  const idOf = (cursor: string) => `${id}-${cursor.replace(/[^A-Za-z0-9]/g, "-")}`;
  const go = (index: number) => {
    const line = lines[Math.max(0, Math.min(index, lines.length - 1))];
    if (!line) return;
    if (following) onFollowing(false);
    onSelect(line.entry.cursor);
    virtualizer.scrollToIndex(lines.indexOf(line), { align: "auto" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    onIntent();
    const from = at === -1 ? (virtualizer.range?.endIndex ?? lines.length) : at;
    const steps: Record<string, number> = {
      ArrowUp: from - 1,
      ArrowDown: from + 1,
      PageUp: from - PAGE_STEP,
      PageDown: from + PAGE_STEP,
      Home: 0,
      End: lines.length - 1,
    };
    const to = steps[event.key];
    if (to !== undefined) {
      event.preventDefault();
      go(to);
    } else if (event.key === "Escape") onSelect(null);
  };
  // Rows are drawn once: what they call must stay the same.
  const select = useCallback(
    (cursor: string) => {
      onSelect(cursor);
      // A line that is scrolled away is not drawn any more, and would take the focus with it.
      box.current?.focus({ preventScroll: true });
    },
    [onSelect, box],
  );
  return (
    <div className="relative min-w-0">
      {journal.loading === "older" ? (
        <p className="absolute top-1 right-3 z-1 flex items-center gap-1.5 rounded-full bg-stop-soft px-2 py-0.5 text-ink-2 text-xs">
          <LoaderCircle aria-hidden className="size-3 animate-spin" />
          {t("loadingOlder")}
        </p>
      ) : null}
      <div
        ref={box}
        role="listbox"
        aria-label={t("lines")}
        aria-activedescendant={at === -1 ? undefined : idOf(lines[at]?.entry.cursor ?? "")}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onWheel={onIntent}
        onTouchMove={onIntent}
        onPointerDown={onIntent}
        onPointerMove={(event) => event.buttons > 0 && onIntent()}
        onScroll={onScroll}
        className="h-[60dvh] min-h-72 overflow-auto font-mono text-[12.5px] leading-[1.6] [overflow-anchor:none] -outline-offset-2"
      >
        <div className="relative w-full" style={{ height }}>
          {items.map(({ key, index, start }) => {
            const line = lines[index];
            return line ? (
              <div
                key={key}
                ref={virtualizer.measureElement}
                data-index={index}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${start}px)` }}
              >
                <JournalRow
                  line={line}
                  before={lines[index - 1]}
                  isBeginning={index === 0 && !older}
                  isWhole={journal.problems.length === 0}
                  id={idOf(line.entry.cursor)}
                  selected={index === at}
                  onSelect={select}
                />
              </div>
            ) : null;
          })}
        </div>
      </div>
      {following && !newer ? null : (
        <Button className="absolute right-4 bottom-3 shadow" onClick={onNewest}>
          <ArrowDown aria-hidden />
          {unseen > 0 ? t("newLines", { count: unseen }) : t("toNewest")}
        </Button>
      )}
    </div>
  );
}
