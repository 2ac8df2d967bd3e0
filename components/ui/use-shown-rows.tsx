"use client";

import dynamic from "next/dynamic";
import { type ReactNode, useLayoutEffect, useState } from "react";

import type { ShownWindow } from "./row-window";

/** Shorter lists are drawn whole: the browser's own search finds every row in them. */
const VIRTUAL_FROM = 80;
/** Drawn of a long list until it is known which are near the screen: more than fit on one. */
const FIRST_ROWS = 60;

// Most hosts have shorter lists.
const RowWindow = dynamic(() => import("./row-window").then((module) => module.RowWindow), { ssr: false });

interface ShownRows {
  /** Indexes of the rows that are drawn. */
  shown: number[];
  /** The height of what is left out before and after them. */
  before: number;
  after: number;
  /** The ref of every row, which also has its index as `data-index`. */
  measure: ((row: HTMLTableRowElement | null) => void) | null;
  /** Brings a row that is not drawn onto the page. */
  scrollTo: (index: number) => void;
  /** Has to be rendered: follows the screen. */
  watcher: ReactNode;
}

/** Which rows of a long list on the page are drawn. */
export function useShownRows(panel: { current: HTMLElement | null }, count: number, rowPx: number): ShownRows {
  const [top, setTop] = useState(0);
  const [near, setNear] = useState<ShownWindow | null>(null);
  const long = count >= VIRTUAL_FROM;
  // What stands above the list comes and goes (a notice); a row's place on the page follows.
  useLayoutEffect(() => {
    if (long && panel.current) setTop(Math.round(panel.current.getBoundingClientRect().top + window.scrollY));
  });
  if (!long) return { shown: indexes(0, count), before: 0, after: 0, measure: null, scrollTo: () => {}, watcher: null };
  const { first, end, before, after, measure, scrollTo } = near ?? {
    first: 0,
    end: FIRST_ROWS,
    before: 0,
    after: (count - FIRST_ROWS) * rowPx,
    measure: null,
    scrollTo: () => {},
  };
  const watcher = <RowWindow count={count} rowPx={rowPx} top={top} onChange={setNear} />;
  return { shown: indexes(first, Math.min(end, count)), before, after, measure, scrollTo, watcher };
}

function indexes(first: number, end: number): number[] {
  return Array.from({ length: Math.max(end - first, 0) }, (_, index) => first + index);
}

export function Gap({ heightPx }: { heightPx: number }) {
  return heightPx > 0 ? (
    <tr aria-hidden>
      <td style={{ height: heightPx }} />
    </tr>
  ) : null;
}
